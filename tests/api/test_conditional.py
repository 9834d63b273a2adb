"""ETags: the 304 that they allow, and what makes them change."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.catalogue import service as catalogue
from tests.factories import Tenant, make_listing, make_tenant

PATHS = ["", "?page_size=1", "?search=bungalow", "changes/", "{id}/", "{id}/images/"]


def _address(owner: Tenant, path: str, listing_id: int) -> str:
    return owner.properties + path.format(id=listing_id)


def _etag(client: FlaskClient, owner: Tenant, address: str, **kwargs: Any) -> str:
    response = client.get(address, headers=owner.read, **kwargs)
    assert response.status_code == 200
    return response.headers["ETag"]


def _ask_again(client: FlaskClient, owner: Tenant, address: str, held: str) -> Any:
    return client.get(address, headers={**owner.read, "If-None-Match": held})


@pytest.mark.both
@pytest.mark.parametrize("path", PATHS)
def test_what_did_not_change_is_an_empty_304(client: FlaskClient, owner: Tenant, path: str) -> None:
    address = _address(owner, path, make_listing(owner.id)["id"])
    etag = _etag(client, owner, address)
    response = _ask_again(client, owner, address, etag)
    assert response.status_code == 304
    assert response.data == b""
    assert response.headers["ETag"] == etag
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_private_and_asked_for_anew(
    client: FlaskClient, owner: Tenant, path: str
) -> None:
    address = _address(owner, path, make_listing(owner.id)["id"])
    response = client.get(address, headers=owner.read)
    assert response.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "held",
    [
        "{etag}",
        "W/{etag}",
        '"other", {etag}',
        '{etag}, "other"',
        '"other",W/{etag},"another"',
        "*",
        " * ",
    ],
)
def test_a_copy_is_recognised_in_every_form(client: FlaskClient, owner: Tenant, held: str) -> None:
    etag = _etag(client, owner, owner.properties)
    response = _ask_again(client, owner, owner.properties, held.format(etag=etag))
    assert response.status_code == 304


@pytest.mark.parametrize(
    "held", ["", '""', '"other"', 'W/"other"', '"{bare}', "{bare}x", '"{bare}x"', '"*"', ", ,"]
)
def test_another_copy_is_answered_in_full(client: FlaskClient, owner: Tenant, held: str) -> None:
    bare = _etag(client, owner, owner.properties).strip('"')
    response = _ask_again(client, owner, owner.properties, held.format(bare=bare))
    assert response.status_code == 200
    assert response.json["results"] == []


def test_a_head_is_304_too(client: FlaskClient, owner: Tenant) -> None:
    etag = _etag(client, owner, owner.properties)
    response = client.head(owner.properties, headers={**owner.read, "If-None-Match": etag})
    assert response.status_code == 304


def test_any_copy_of_a_listing_that_is_gone_is_404(client: FlaskClient, owner: Tenant) -> None:
    listing = make_listing(owner.id)
    address = f"{owner.properties}{listing['id']}/"
    etag = _etag(client, owner, address)
    catalogue.delete_listing(owner.id, listing["id"])
    for held in ("*", etag):
        assert _ask_again(client, owner, address, held).status_code == 404


def test_any_copy_of_a_listing_that_is_there_is_304(client: FlaskClient, owner: Tenant) -> None:
    address = f"{owner.properties}{make_listing(owner.id)['id']}/"
    assert _ask_again(client, owner, address, "*").status_code == 304


def test_any_copy_of_changes_after_a_mark_that_cannot_be_is_400(
    client: FlaskClient, owner: Tenant
) -> None:
    make_listing(owner.id)
    address = f"{owner.properties}changes/"
    assert _ask_again(client, owner, f"{address}?since=2", "*").status_code == 400
    assert _ask_again(client, owner, f"{address}?since=1", "*").status_code == 304


@pytest.mark.both
def test_a_304_reads_no_listing(client: FlaskClient, owner: Tenant, statements: list[str]) -> None:
    listing = make_listing(owner.id)
    addresses = [
        _address(owner, path, listing["id"]) for path in PATHS if not path.endswith("images/")
    ]
    etags = [_etag(client, owner, address) for address in addresses]
    statements.clear()
    for address, etag in zip(addresses, etags, strict=True):
        assert _ask_again(client, owner, address, etag).status_code == 304
    assert statements
    assert not [sql for sql in statements if "listing" in sql]


@pytest.mark.both
@pytest.mark.parametrize("path", PATHS)
def test_a_write_changes_the_etag(client: FlaskClient, owner: Tenant, path: str) -> None:
    listing = make_listing(owner.id)
    address = _address(owner, path, listing["id"])
    before = _etag(client, owner, address)
    client.patch(
        f"{owner.properties}{listing['id']}/", headers=owner.write, json={"title": "Changed"}
    )
    assert _ask_again(client, owner, address, before).status_code == 200
    assert _etag(client, owner, address) != before


def test_another_owners_write_changes_no_etag(client: FlaskClient, owner: Tenant) -> None:
    before = _etag(client, owner, owner.properties)
    make_listing(make_tenant().id)
    assert _etag(client, owner, owner.properties) == before


def test_each_query_has_an_etag_of_its_own(client: FlaskClient, owner: Tenant) -> None:
    queries = ["", "?page_size=1", "?page_size=2", "?listing_type=rent", "?search=a"]
    assert len({_etag(client, owner, owner.properties + query) for query in queries}) == 5


def test_each_path_has_an_etag_of_its_own(client: FlaskClient, owner: Tenant) -> None:
    first, second = make_listing(owner.id)["id"], make_listing(owner.id)["id"]
    paths = ["", "changes/", f"{first}/", f"{second}/"]
    assert len({_etag(client, owner, owner.properties + path) for path in paths}) == 4


def test_each_host_has_an_etag_of_its_own(client: FlaskClient, owner: Tenant) -> None:
    hosts = ["http://one.example", "http://two.example", "https://one.example"]
    etags = {_etag(client, owner, owner.properties, base_url=host) for host in hosts}
    assert len(etags) == 3


def test_two_tenants_never_share_an_etag(client: FlaskClient, owner: Tenant) -> None:
    other = make_tenant()
    assert _etag(client, owner, owner.properties) != _etag(client, other, other.properties)


def test_a_set_public_address_counts_whatever_the_host(
    client: FlaskClient, owner: Tenant, change_settings: Any
) -> None:
    change_settings(public_url="https://api.nafasi.example")
    hosts = ["http://one.example", "http://two.example"]
    etags = {_etag(client, owner, owner.properties, base_url=host) for host in hosts}
    assert len(etags) == 1


def test_a_post_heeds_no_etag(client: FlaskClient, owner: Tenant) -> None:
    response = client.post(
        owner.properties, headers={**owner.write, "If-None-Match": "*"}, json={"title": "x"}
    )
    assert response.status_code == 400
