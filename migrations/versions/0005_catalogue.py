"""Listings, their images and amenities, and each owner's counter."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "catalogue",
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_catalogue_owner_id_account")
        ),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_catalogue")),
    )

    op.create_table(
        "listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=100), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column(
            "listing_type",
            sa.Enum(
                "stay",
                "rent",
                "sale",
                name="listing_type",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "review_status",
            sa.Enum(
                "draft",
                "pending",
                "accepted",
                "rejected",
                "resubmitted",
                name="review_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column(
            "publish_status",
            sa.Enum(
                "draft",
                "published",
                "trash",
                name="publish_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column(
            "availability",
            sa.Enum(
                "available",
                "sold",
                "rented_out",
                "reserved",
                name="availability",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("currency_id", sa.Integer(), nullable=False),
        sa.Column("property_type_id", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("city", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.BigInteger(), nullable=True),
        sa.Column("longitude", sa.BigInteger(), nullable=True),
        sa.Column("bedrooms", sa.SmallInteger(), nullable=True),
        sa.Column("bathrooms", sa.SmallInteger(), nullable=True),
        sa.Column("floor_size", sa.BigInteger(), nullable=True),
        sa.Column("plot_size", sa.BigInteger(), nullable=True),
        sa.Column("plot_size_unit_id", sa.Integer(), nullable=True),
        sa.Column("tenure_id", sa.Integer(), nullable=True),
        sa.Column(
            "furnished",
            sa.Enum(
                "unfurnished",
                "furnished",
                "semi_furnished",
                name="furnishing",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("youtube_video_id", sa.String(length=20), nullable=False),
        sa.Column(
            "stay_type",
            sa.Enum(
                "short_stay",
                "long_stay",
                "both",
                name="stay_type",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=True,
        ),
        sa.Column("max_guests", sa.SmallInteger(), nullable=True),
        sa.Column("standard_guests", sa.SmallInteger(), nullable=True),
        sa.Column("min_nights", sa.SmallInteger(), nullable=True),
        sa.Column("max_nights", sa.SmallInteger(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("is_sponsored", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(listing_type = 'stay') = (review_status IS NOT NULL)",
            name=op.f("ck_listing_stays_are_reviewed"),
        ),
        sa.CheckConstraint(
            "COALESCE(review_status, '') = 'draft' OR price IS NOT NULL",
            name=op.f("ck_listing_has_price"),
        ),
        sa.CheckConstraint(
            "listing_type <> 'stay' OR publish_status <> 'published' OR review_status = 'accepted'",
            name=op.f("ck_listing_published_stay_is_accepted"),
        ),
        sa.CheckConstraint(
            "listing_type <> 'stay' OR review_status = 'draft' OR (max_guests IS NOT NULL"
            " AND address <> '' AND city <> '' AND country <> '')",
            name=op.f("ck_listing_reviewed_stay_is_complete"),
        ),
        sa.CheckConstraint(
            "listing_type = 'stay' OR district_id IS NOT NULL",
            name=op.f("ck_listing_property_has_district"),
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_listing_whole_position")
        ),
        sa.CheckConstraint(
            "latitude BETWEEN -90000000 AND 90000000"
            " AND longitude BETWEEN -180000000 AND 180000000",
            name=op.f("ck_listing_position_on_earth"),
        ),
        sa.CheckConstraint("min_nights <= max_nights", name=op.f("ck_listing_nights_in_order")),
        sa.CheckConstraint("price >= 0", name=op.f("ck_listing_price_not_negative")),
        sa.CheckConstraint(
            "standard_guests <= max_guests", name=op.f("ck_listing_guests_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["currency_id"], ["currency.id"], name=op.f("fk_listing_currency_id_currency")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["district.id"], name=op.f("fk_listing_district_id_district")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_listing_owner_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["plot_size_unit_id"],
            ["plot_size_unit.id"],
            name=op.f("fk_listing_plot_size_unit_id_plot_size_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["property_type_id"],
            ["property_type.id"],
            name=op.f("fk_listing_property_type_id_property_type"),
        ),
        sa.ForeignKeyConstraint(
            ["tenure_id"], ["tenure.id"], name=op.f("fk_listing_tenure_id_tenure")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
        sa.UniqueConstraint("owner_id", "version", name=op.f("uq_listing_owner_id_version")),
        sa.UniqueConstraint("uuid", name=op.f("uq_listing_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_listing_feed",
        "listing",
        [
            "owner_id",
            "publish_status",
            sa.text("created_at DESC"),
            sa.text("id DESC"),
            "version",
            "listing_type",
            "property_type_id",
            "district_id",
            "availability",
            "price",
            "bedrooms",
            "updated_at",
            "deleted_at",
        ],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "ix_listing_delta",
        "listing",
        ["owner_id", "publish_status", "updated_at"],
        unique=False,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index(
        "uq_listing_owner_id_external_id",
        "listing",
        ["owner_id", "external_id"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )

    op.create_table(
        "listing_amenity",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("amenity_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["amenity_id"], ["amenity.id"], name=op.f("fk_listing_amenity_amenity_id_amenity")
        ),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_amenity_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("listing_id", "amenity_id", name=op.f("pk_listing_amenity")),
    )

    op.create_table(
        "listing_image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "processing",
                "ready",
                "failed",
                name="image_status",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("blurhash", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["listing.id"], name=op.f("fk_listing_image_listing_id_listing")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_image")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_listing_image_listing_id"), "listing_image", ["listing_id"], unique=False
    )
    op.create_index(
        "uq_listing_image_main",
        "listing_image",
        ["listing_id"],
        unique=True,
        sqlite_where=sa.text("is_main"),
        postgresql_where=sa.text("is_main"),
    )


def downgrade() -> None:
    op.drop_table("listing_image")
    op.drop_table("listing_amenity")
    op.drop_table("listing")
    op.drop_table("catalogue")
