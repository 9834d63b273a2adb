"""The feed's search: words in any order, by their beginnings, without case and accents."""

import unicodedata
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue import feed_repository
from app.catalogue import service as catalogue
from app.catalogue.enums import PublishStatus
from tests.api.tenant.feed_oracle import expected_feed, words
from tests.factories import Tenant, make_listing, make_stay, make_tenant

pytestmark = pytest.mark.both


def _search(client: FlaskClient, owner: Tenant, text: str, **query: Any) -> Any:
    return client.get(owner.properties, headers=owner.read, query_string={"search": text, **query})


def _finds(client: FlaskClient, owner: Tenant, text: str) -> bool:
    response = _search(client, owner, text)
    assert response.status_code == 200, response.json
    return bool(response.json["results"])


@pytest.fixture
def house(owner: Tenant) -> int:
    """A listing with a word of its own in each of the five fields."""
    listing = make_listing(
        owner.id,
        title="5 bedroom Bungalow for rent",
        description="Quiet, with a Swimming-Pool (heated) & a borehole.",
        location="Bbunga Hill",
        district="kampala",
        amenities=[],
    )
    return listing["id"]


@pytest.mark.parametrize(
    "text",
    ["bungalow", "quiet", "bbunga", "kampala", "central"],
    ids=["title", "description", "location", "district", "region"],
)
def test_each_of_the_five_fields_is_searched(
    client: FlaskClient, owner: Tenant, house: int, text: str
) -> None:
    assert _finds(client, owner, text)


@pytest.mark.parametrize("text", ["sale", "ugx", "unfurnished", "published", "bi", "850000000"])
def test_nothing_else_is_searched(
    client: FlaskClient, owner: Tenant, house: int, text: str
) -> None:
    assert not _finds(client, owner, text)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("bungalow bbunga", True),
        ("bbunga bungalow", True),
        ("kampala 5 quiet", True),
        ("bungalow bungalow", True),
        ("bungalow nairobi", False),
        ("BUNGALOW", True),
        ("bUnGa", True),
        ("b", True),
        ("bung", True),
        ("ungalow", False),
        ("bungalows", False),
        ("swimming", True),
        ("pool", True),
        ("swimming-pool", True),
        ("swimming pool", True),
        ("swimmingpool", False),
        ("pool swimming", True),
        ("heated", True),
        ("(heated)", True),
        ("búngàlöw", True),
        ("b̈ungalow", True),
        ("ｂｕｎｇａｌｏｗ", True),
        ("5", True),
        ("5 bedroom", True),
        ("55", False),
    ],
)
def test_words_in_any_order_by_their_beginnings(
    client: FlaskClient, owner: Tenant, house: int, text: str, is_found: bool
) -> None:
    assert _finds(client, owner, text) is is_found


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Élégant café", "elegant cafe"),
        ("Elegant cafe", "ÉLÉGANT CAFÉ"),
        ("cafe\u0301", "café"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Ñandú", "nandu"),
        ("Ørsted łąka", "orsted laka"),
        ("ΣΊΣΥΦΟΣ", "σισυφος"),
        ("İstanbul", "istanbul"),
        ("ISTANBUL", "ıstanbul"),
        ("ﬁne", "fine"),
        ("m²", "m2"),
        ("東京タワー", "東京"),
        ("한국 아파트", "한국"),
        ("дом у озера", "ДОМ"),
        ("بيت جميل", "بيت"),
        ("ณ บ้าน", "บ้าน"),
        ("snake_case", "case"),
        ("don't", "don"),
        ("50x100", "50x"),
        ("A/C", "c a"),
        ("x" * 120, "x" * 120),
        ("x" * 120, "x" * 59),
    ],
)
def test_what_was_written_one_way_is_found_another(
    client: FlaskClient, owner: Tenant, written: str, asked: str
) -> None:
    make_listing(owner.id, title=written)
    assert _finds(client, owner, asked)


@pytest.mark.parametrize(
    "text",
    ["!!!", "&", "-", "*", '"', "'", "\\", "()", "🏠", "\u2014", "_", "%", ":*", "\t\u3000x"[:1]],
)
def test_what_has_no_word_in_it_is_no_error(
    client: FlaskClient, owner: Tenant, house: int, text: str
) -> None:
    assert _search(client, owner, text).status_code == 200


def test_blanks_alone_count_as_absent(client: FlaskClient, owner: Tenant, house: int) -> None:
    assert _finds(client, owner, "   ")


@pytest.mark.parametrize("noise", [*"\"*()-:&|!'\\<>^~+.,;%_/{}[]#@$`=?", "::", ":*", "<->"])
def test_operators_mean_nothing(client: FlaskClient, owner: Tenant, house: int, noise: str) -> None:
    for text in (
        f"{noise}bungalow",
        f"bungalow{noise}",
        f"bungalow {noise} quiet",
        f"bungalow{noise}quiet",
        f"{noise}bungalow{noise} {noise}quiet{noise}",
    ):
        assert _finds(client, owner, text)
        assert not _finds(client, owner, f"{text} nairobi")


@pytest.mark.parametrize(
    "text",
    [
        "bungalow OR nairobi",
        "bungalow NOT quiet",
        "NEAR(bungalow quiet)",
        "bungalow AND quiet",
        "title:bungalow",
        "terms : bungalow",
        '"bungalow" OR "x"',
        "{terms} : bungalow",
        "rowid",
        "^bungalow",
        "bungalow' OR '1'='1",
        "bungalow'); DROP TABLE listing_search; --",
        "\ue000",
        "1\ue000bungalow",
    ],
)
def test_words_of_a_query_language_are_words(
    client: FlaskClient, owner: Tenant, house: int, text: str
) -> None:
    wanted = {word.strip("\ue000") for word in words(text)}
    there = words(
        "5 bedroom Bungalow for rent Quiet with a Swimming-Pool heated a borehole Bbunga Hill"
        " Kampala Central"
    )
    expected = all(any(each.startswith(word) for each in there) for word in wanted)
    assert _finds(client, owner, text) is (expected and bool(wanted))
    assert _finds(client, owner, "bungalow")


def test_the_longest_search_has_every_word_matched(client: FlaskClient, owner: Tenant) -> None:
    letters = [f"{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(66)]
    make_listing(owner.id, title=" ".join(letters))
    text = " ".join(letters)
    assert len(text) <= 200
    assert _finds(client, owner, text)
    for missing in (0, 19, 20, 21, 40, 65):
        others = [*letters]
        others[missing] = "zz"
        assert not _finds(client, owner, " ".join(others))


def test_nothing_of_another_owner_is_found(client: FlaskClient, owner: Tenant) -> None:
    other = make_tenant()
    make_listing(other.id, title="Lighthouse")
    assert _finds(client, other, "lighthouse")
    assert not _finds(client, owner, "lighthouse")


def test_the_owners_number_is_no_word(client: FlaskClient, owner: Tenant, house: int) -> None:
    make_listing(owner.id, title="x", description="", location="")
    assert not _finds(client, owner, f"{owner.id}x")
    assert not _finds(client, owner, f"{owner.id}bungalow")


def test_an_edit_is_found_and_what_it_replaced_is_not(
    client: FlaskClient, owner: Tenant, house: int
) -> None:
    catalogue.update_listing(owner.id, house, {"title": "Penthouse", "district": "gulu"})
    for text in ("penthouse", "gulu", "northern"):
        assert _finds(client, owner, text)
    for text in ("bungalow", "kampala", "central"):
        assert not _finds(client, owner, text)


def test_a_deleted_listing_is_not_found(client: FlaskClient, owner: Tenant, house: int) -> None:
    catalogue.delete_listing(owner.id, house)
    assert not _finds(client, owner, "bungalow")


@pytest.mark.parametrize("status", [PublishStatus.DRAFT, PublishStatus.TRASH])
def test_a_hidden_listing_is_found_where_it_is_asked_for(
    client: FlaskClient, owner: Tenant, house: int, status: PublishStatus
) -> None:
    catalogue.update_listing(owner.id, house, {"publish_status": status})
    assert not _finds(client, owner, "bungalow")
    response = _search(client, owner, "bungalow", publish_status=status.value)
    assert [each["id"] for each in response.json["results"]] == [house]


def test_a_stay_is_found_by_the_city_that_it_shows(client: FlaskClient, owner: Tenant) -> None:
    make_stay(owner.id)
    assert _finds(client, owner, "diani")
    assert not _finds(client, owner, "kenya")


ALPHABET = "abAB12éÉ ´ßøİﬁ²-_'\"*&|!():\\東京 \u0301🏠\u00a0\u200b"


@pytest.mark.parametrize("narrow_rows", [1, feed_repository.MAX_NARROW_ROWS])
def test_a_plain_search_in_python_finds_the_same(
    client: FlaskClient, owner: Tenant, monkeypatch: pytest.MonkeyPatch, narrow_rows: int
) -> None:
    monkeypatch.setattr(feed_repository, "MAX_NARROW_ROWS", narrow_rows)
    plain = "abAB12éÉñ -_'\"*&|!():\\東京.,"
    titles = ["a", "AB é1", "Éa-b 2", "ab'AB", "東京 a", "b_1", "é", "1&2|a", "ñab\\b", "(a:b)"]
    for title in titles:
        make_listing(owner.id, title=title, description="", location="", district="gulu")
    documents = client.get(owner.properties, headers=owner.read).json["results"]

    @given(st.text(plain, max_size=8))
    def check(text: str) -> None:
        response = _search(client, owner, text)
        assert response.status_code == 200
        found = [each["id"] for each in response.json["results"]]
        query = {"search": text} if text.strip() else {}
        assert found == expected_feed(documents, query)

    check()


def test_whatever_a_title_holds_is_found_by_its_beginning(
    client: FlaskClient, owner: Tenant
) -> None:
    listing = make_listing(owner.id)
    text = st.text(max_size=20) | st.text(ALPHABET, max_size=20)

    @given(text.filter(lambda title: title.strip() and "\0" not in title), st.data())
    def check(title: str, data: st.DataObject) -> None:
        catalogue.update_listing(owner.id, listing["id"], {"title": title})
        # A combining mark belongs to the letter before it; alone it is no word.
        is_part = [char.isalnum() or unicodedata.combining(char) for char in title]
        parts = "".join(char if part else " " for char, part in zip(title, is_part, strict=True))
        for word in filter(words, parts.split()):
            first = next(at for at, char in enumerate(word) if char.isalnum())
            asked = word[: data.draw(st.integers(first + 1, len(word)))]
            assert _finds(client, owner, data.draw(st.sampled_from([asked, asked.upper()])))

    check()


def test_no_search_is_an_error(client: FlaskClient, owner: Tenant, house: int) -> None:
    @given(st.text(max_size=200) | st.text(ALPHABET, max_size=200))
    def check(text: str) -> None:
        response = _search(client, owner, text)
        assert response.status_code == (400 if "\0" in text else 200)

    check()
