"""Every endpoint of the tenant face that needs a key, for tests about all of them."""

OF_A_TENANT = [
    ("GET", "/v1/{user_id}/account/"),
    ("GET", "/v1/{user_id}/properties/"),
    ("POST", "/v1/{user_id}/properties/"),
    ("GET", "/v1/{user_id}/properties/changes/"),
    ("GET", "/v1/{user_id}/properties/{id}/"),
    ("PUT", "/v1/{user_id}/properties/{id}/"),
    ("PATCH", "/v1/{user_id}/properties/{id}/"),
    ("DELETE", "/v1/{user_id}/properties/{id}/"),
    ("GET", "/v1/{user_id}/properties/{id}/images/"),
    ("POST", "/v1/{user_id}/properties/{id}/images/"),
    ("GET", "/v1/{user_id}/properties/{id}/images/{image_id}/"),
    ("PATCH", "/v1/{user_id}/properties/{id}/images/{image_id}/"),
    ("DELETE", "/v1/{user_id}/properties/{id}/images/{image_id}/"),
]
REFERENCE = [
    ("GET", "/v1/amenities/"),
    ("GET", "/v1/property-types/"),
    ("GET", "/v1/currencies/"),
    ("GET", "/v1/tenures/"),
    ("GET", "/v1/plot-size-units/"),
    ("GET", "/v1/locations/"),
    ("GET", "/v1/filters/"),
]
PUBLIC = [
    ("GET", "/v1/"),
    ("POST", "/v1/register/"),
    ("POST", "/v1/register/verify/"),
]
WITH_KEY = OF_A_TENANT + REFERENCE
WRITES = [each for each in OF_A_TENANT if each[0] != "GET"]


def of(path: str, user_id: int, listing_id: int = 1, image_id: int = 1) -> str:
    """Return the path with its ids filled in."""
    return path.format(user_id=user_id, id=listing_id, image_id=image_id)
