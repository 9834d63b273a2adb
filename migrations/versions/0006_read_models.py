"""What the feed reads: rendered documents, and the search index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "listing_document",
        sa.Column("face", sa.String(length=20), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("listing_version", sa.BigInteger(), nullable=False),
        sa.Column("reference_version", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_document_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("face", "listing_id", name=op.f("pk_listing_document")),
    )

    if op.get_bind().dialect.name == "sqlite":
        # Words are folded and split before they come here: the tokenizer only parts them at
        # blanks. Nothing ranks or quotes phrases, so positions and sizes are left out.
        op.execute(
            "CREATE VIRTUAL TABLE listing_search USING fts5("
            "terms, tokenize = 'ascii', detail = 'none', columnsize = 0)"
        )
    else:
        # A document is a few kilobytes: kept inside its row it is read in half the time.
        op.execute("ALTER TABLE listing_document SET (toast_tuple_target = 8160)")
        op.create_table(
            "listing_search",
            sa.Column("listing_id", sa.Integer(), nullable=False),
            sa.Column("terms", postgresql.TSVECTOR(), nullable=False),
            sa.ForeignKeyConstraint(
                ["listing_id"], ["listing.id"], name=op.f("fk_listing_search_listing_id_listing")
            ),
            sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing_search")),
        )
        op.create_index(
            "ix_listing_search_terms", "listing_search", ["terms"], postgresql_using="gin"
        )


def downgrade() -> None:
    op.drop_table("listing_search")
    op.drop_table("listing_document")
