"""Categories and extras of stays; what the marketplace API calls an amenity by."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

AMENITIES = sa.table("amenity", sa.column("id", sa.Integer), sa.column("uuid", sa.Uuid))


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("icon", sa.String(length=60), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_category_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["category.id"], name=op.f("fk_category_parent_id_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("slug", name=op.f("uq_category_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_category_uuid")),
    )
    op.create_index(op.f("ix_category_parent_id"), "category", ["parent_id"])
    op.create_table(
        "extra",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("icon", sa.String(length=60), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("price >= 0", name=op.f("ck_extra_price_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra")),
        sa.UniqueConstraint("slug", name=op.f("uq_extra_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_extra_uuid")),
    )

    with op.batch_alter_table("amenity") as batch:
        batch.add_column(sa.Column("uuid", sa.Uuid(), nullable=True))
    connection = op.get_bind()
    for amenity_id in connection.scalars(sa.select(AMENITIES.c.id)).all():
        connection.execute(
            sa.update(AMENITIES).where(AMENITIES.c.id == amenity_id).values(uuid=uuid4())
        )
    with op.batch_alter_table("amenity") as batch:
        batch.alter_column("uuid", existing_type=sa.Uuid(), nullable=False)
        batch.create_unique_constraint(op.f("uq_amenity_uuid"), ["uuid"])


def downgrade() -> None:
    with op.batch_alter_table("amenity") as batch:
        batch.drop_constraint(op.f("uq_amenity_uuid"), type_="unique")
        batch.drop_column("uuid")
    op.drop_table("extra")
    op.drop_table("category")
