"""The feed as a competent user of Django REST framework writes it, over the same tables.

Joins for what is one, prefetches for what is many, cursor pagination, a key's row looked up by
its digest, one counter a minute in Redis, and Django's own conditional GET.
"""

import hashlib
import os
from decimal import Decimal

import django
import redis
from django.apps import AppConfig
from django.conf import settings


class Bench(AppConfig):
    """What Django takes this one module for."""

    name = __name__
    label = "bench"
    path = os.path.dirname(__file__)


settings.configure(
    SECRET_KEY="only for the bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    MIDDLEWARE=[
        "django.middleware.common.CommonMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
    ],
    INSTALLED_APPS=["rest_framework", f"{__name__}.Bench"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["RIVAL_DATABASE_NAME"],
            "HOST": os.environ["RIVAL_DATABASE_HOST"],
            "PORT": os.environ["RIVAL_DATABASE_PORT"],
            "USER": os.environ["RIVAL_DATABASE_USER"],
            "PASSWORD": os.environ["RIVAL_DATABASE_PASSWORD"],
            "CONN_MAX_AGE": None,
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils.dateparse import parse_datetime  # noqa: E402
from rest_framework import (  # noqa: E402
    authentication,
    exceptions,
    generics,
    pagination,
    permissions,
    serializers,
    throttling,
)

counters = redis.Redis.from_url(os.environ["RIVAL_REDIS_URL"])


# ── models ──────────────────────────────────────────────────────────────────────────────────


class FixedPoint(models.BigIntegerField):
    """A decimal, kept as an integer of its smallest unit."""

    def __init__(self, places: int, **kwargs):
        self.places = places
        super().__init__(**kwargs)

    def from_db_value(self, value, _expression, _connection):
        return None if value is None else Decimal(value).scaleb(-self.places)

    def get_prep_value(self, value):
        return None if value is None else int(Decimal(value).scaleb(self.places))


class PlainJson(models.Field):
    """A `json` column: the driver reads it by itself, where Django knows only `jsonb`."""


class Unmanaged(models.Model):
    class Meta:
        abstract = True
        app_label = "bench"
        managed = False


class Account(Unmanaged):
    username = models.TextField()
    disabled_at = models.DateTimeField(null=True)

    class Meta(Unmanaged.Meta):
        db_table = "account"


class ApiKey(Unmanaged):
    owner = models.ForeignKey(Account, models.DO_NOTHING)
    digest = models.BinaryField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(Unmanaged.Meta):
        db_table = "api_key"


class Named(Unmanaged):
    slug = models.TextField()
    name = models.TextField()

    class Meta(Unmanaged.Meta):
        abstract = True


class Region(Named):
    class Meta(Unmanaged.Meta):
        db_table = "region"


class District(Named):
    region = models.ForeignKey(Region, models.DO_NOTHING)

    class Meta(Unmanaged.Meta):
        db_table = "district"


class Currency(Unmanaged):
    code = models.TextField()
    symbol = models.TextField()

    class Meta(Unmanaged.Meta):
        db_table = "currency"


class PropertyType(Named):
    class Meta(Unmanaged.Meta):
        db_table = "property_type"


class Tenure(Named):
    class Meta(Unmanaged.Meta):
        db_table = "tenure"


class PlotSizeUnit(Named):
    class Meta(Unmanaged.Meta):
        db_table = "plot_size_unit"


class Amenity(Named):
    icon = models.TextField()

    class Meta(Unmanaged.Meta):
        db_table = "amenity"


class Listing(Unmanaged):
    owner = models.ForeignKey(Account, models.DO_NOTHING)
    external_id = models.TextField(null=True)
    listing_type = models.TextField()
    publish_status = models.TextField()
    availability = models.TextField()
    title = models.TextField()
    description = models.TextField()
    price = FixedPoint(2)
    currency = models.ForeignKey(Currency, models.DO_NOTHING)
    property_type = models.ForeignKey(PropertyType, models.DO_NOTHING)
    district = models.ForeignKey(District, models.DO_NOTHING, null=True)
    location = models.TextField()
    city = models.TextField()
    latitude = FixedPoint(6)
    longitude = FixedPoint(6)
    bedrooms = models.IntegerField(null=True)
    bathrooms = models.IntegerField(null=True)
    floor_size = FixedPoint(2)
    plot_size = FixedPoint(2)
    plot_size_unit = models.ForeignKey(PlotSizeUnit, models.DO_NOTHING, null=True)
    tenure = models.ForeignKey(Tenure, models.DO_NOTHING, null=True)
    furnished = models.TextField()
    youtube_video_id = models.TextField()
    is_verified = models.BooleanField()
    is_sponsored = models.BooleanField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    amenities = models.ManyToManyField(Amenity, db_table="listing_amenity")

    class Meta(Unmanaged.Meta):
        db_table = "listing"


class ListingImage(Unmanaged):
    listing = models.ForeignKey(Listing, models.DO_NOTHING, related_name="images")
    status = models.TextField()
    position = models.IntegerField()
    is_main = models.BooleanField()
    alt = models.TextField()
    path = models.TextField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    variants = PlainJson()
    blurhash = models.TextField()

    class Meta(Unmanaged.Meta):
        db_table = "listing_image"


# ── what the view is made of ────────────────────────────────────────────────────────────────


class KeyAuthentication(authentication.BaseAuthentication):
    def authenticate(self, request):
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        digest = hashlib.sha256(key.encode()).digest()
        usable = ApiKey.objects.select_related("owner").filter(
            digest=digest, revoked_at=None, owner__disabled_at=None
        )
        found = usable.first()
        if found is None:
            raise exceptions.AuthenticationFailed("Invalid or revoked API key.")
        return found.owner, found

    def authenticate_header(self, request):
        return "Bearer"


class IsTenant(permissions.BasePermission):
    def has_permission(self, request, view):
        return request.auth is not None and request.auth.owner_id == view.kwargs["user_id"]


class OncePerMinuteCounter(throttling.BaseThrottle):
    limit = 1_000_000_000

    def allow_request(self, request, view):
        key = f"rival-drf/{request.auth.id}"
        count, _ = counters.pipeline(transaction=False).incr(key).expire(key, 60, nx=True).execute()
        return count <= self.limit


class NamedSerializer(serializers.Serializer):
    name = serializers.CharField()
    slug = serializers.CharField()


class CurrencySerializer(serializers.Serializer):
    code = serializers.CharField()
    symbol = serializers.CharField()


class AmenitySerializer(NamedSerializer):
    icon = serializers.CharField()


class ImageSerializer(serializers.ModelSerializer):
    url = serializers.SerializerMethodField()
    variants = serializers.ReadOnlyField()

    class Meta:
        model = ListingImage
        fields = ["id", "url", "is_main", "alt", "width", "height", "variants", "blurhash"]

    def get_url(self, image):
        return f"{self.context['media']}{image.path}"


class ListingSerializer(serializers.ModelSerializer):
    price = serializers.DecimalField(16, 2)
    currency = CurrencySerializer()
    property_type = NamedSerializer()
    location = serializers.SerializerMethodField()
    region = NamedSerializer(source="district.region", default=None)
    district = NamedSerializer()
    latitude = serializers.DecimalField(9, 6)
    longitude = serializers.DecimalField(9, 6)
    floor_size = serializers.DecimalField(16, 2)
    plot_size = serializers.DecimalField(16, 2)
    plot_size_unit = serializers.SlugRelatedField("slug", read_only=True)
    tenure = serializers.SlugRelatedField("slug", read_only=True)
    amenities = AmenitySerializer(many=True)
    images = ImageSerializer(many=True)
    created_at = serializers.DateTimeField(format="%Y-%m-%dT%H:%M:%SZ")
    updated_at = serializers.DateTimeField(format="%Y-%m-%dT%H:%M:%SZ")

    class Meta:
        model = Listing
        fields = [
            *("id", "external_id", "title", "description", "price", "currency", "property_type"),
            *("listing_type", "location", "region", "district", "latitude", "longitude"),
            *("bedrooms", "bathrooms", "floor_size", "plot_size", "plot_size_unit", "tenure"),
            *("furnished", "is_verified", "is_sponsored", "publish_status", "availability"),
            *("amenities", "images", "youtube_video_id", "created_at", "updated_at"),
        ]

    def get_location(self, listing):
        return listing.location or listing.city


class Pages(pagination.CursorPagination):
    page_size = 50
    ordering = ("-created_at", "-id")


class Feed(generics.ListAPIView):
    authentication_classes = [KeyAuthentication]
    permission_classes = [IsTenant]
    throttle_classes = [OncePerMinuteCounter]
    serializer_class = ListingSerializer
    pagination_class = Pages

    def get_serializer_context(self):
        return super().get_serializer_context() | {
            "media": self.request.build_absolute_uri("/media/")
        }

    def get_queryset(self):
        listings = (
            Listing.objects.filter(
                owner_id=self.kwargs["user_id"], publish_status="published", deleted_at=None
            )
            .select_related(
                "currency", "property_type", "district__region", "tenure", "plot_size_unit"
            )
            .prefetch_related(
                models.Prefetch("amenities", Amenity.objects.order_by("name")),
                models.Prefetch(
                    "images",
                    ListingImage.objects.filter(status="ready").order_by(
                        "-is_main", "position", "id"
                    ),
                ),
            )
        )
        return self._filtered(listings)

    def _filtered(self, listings):
        query = self.request.query_params
        for name, lookup in FILTERS.items():
            if name in query:
                listings = listings.filter(**{lookup: query[name]})
        if "updated_after" in query:
            listings = listings.filter(updated_at__gte=parse_datetime(query["updated_after"]))
        for word in query.get("search", "").split():
            fits = models.Q()
            for field in SEARCHED:
                fits |= models.Q(**{f"{field}__icontains": word})
            listings = listings.filter(fits)
        return listings


FILTERS = {
    "listing_type": "listing_type",
    "availability": "availability",
    "property_type": "property_type__slug",
    "district": "district__slug",
    "region": "district__region__slug",
    "min_price": "price__gte",
    "max_price": "price__lte",
    "min_bedrooms": "bedrooms__gte",
}
SEARCHED = ("title", "description", "location", "district__name", "district__region__name")

urlpatterns = [path("v1/<int:user_id>/properties/", Feed.as_view())]
application = get_wsgi_application()
