import pytest


@pytest.mark.both
def test_feed(client, owner):
    r = client.post(
        owner.properties,
        json=__import__("tests.factories").factories.listing_body(),
        headers=owner.write,
    )
    assert r.status_code == 201
    r = client.get(owner.properties, headers=owner.read)
    assert len(r.json["results"]) == 1
