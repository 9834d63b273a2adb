"""What staff finds accounts by, and the order of the lists that staff reads."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

FOUND_BY = ("email", "username", "first_name", "last_name")
ACCOUNTS = sa.table(
    "account",
    sa.column("id", sa.Integer),
    sa.column("searched", sa.Text),
    *(sa.column(name, sa.String) for name in FOUND_BY),
)
# As the application folds text, at the time of this migration.
STROKES = str.maketrans("øłđħŧıŋ", "oldhtin")


def upgrade() -> None:
    op.add_column("account", sa.Column("searched", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    found_by = (ACCOUNTS.c[name] for name in FOUND_BY)
    for account_id, *about in connection.execute(sa.select(ACCOUNTS.c.id, *found_by)).all():
        text = "".join(f" {word}" for each in about for word in _fold(each).split())
        connection.execute(
            sa.update(ACCOUNTS).where(ACCOUNTS.c.id == account_id).values(searched=text)
        )
    op.create_index("ix_account_created_at_id", "account", ["created_at", "id"])
    op.create_index("ix_audit_entry_at_id", "audit_entry", ["at", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_entry_at_id", table_name="audit_entry")
    op.drop_index("ix_account_created_at_id", table_name="account")
    op.drop_column("account", "searched")


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.casefold().translate(STROKES)
