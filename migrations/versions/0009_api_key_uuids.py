"""What the marketplace API calls a key by."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KEYS = sa.table("api_key", sa.column("id", sa.Integer), sa.column("uuid", sa.Uuid))


def upgrade() -> None:
    with op.batch_alter_table("api_key", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("uuid", sa.Uuid(), nullable=True))
    connection = op.get_bind()
    for key_id in connection.scalars(sa.select(KEYS.c.id)).all():
        connection.execute(sa.update(KEYS).where(KEYS.c.id == key_id).values(uuid=uuid4()))
    with op.batch_alter_table("api_key", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("uuid", existing_type=sa.Uuid(), nullable=False)
        batch.create_unique_constraint(op.f("uq_api_key_uuid"), ["uuid"])


def downgrade() -> None:
    with op.batch_alter_table("api_key", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint(op.f("uq_api_key_uuid"), type_="unique")
        batch.drop_column("uuid")
