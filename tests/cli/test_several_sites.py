"""Commands over a workspace with several sites: which is meant where none is named, and mappings from elsewhere."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync_desktop.domain.words import Psa
from sync_desktop.psa.registry import FOLDERS
from tests.cli.commands import Servers, Shell, reading, shell
from tests.sandbox.world_files import world_of

FIREWALLS = "41/411/1"
"""What Salesbuildr once mapped to: 41 is an inactive category of the practice ConnectWise."""
SPARE = "42/421/1"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with reading(tmp_path_factory.mktemp("several"), "default") as made:
        yield made


@pytest.fixture
def sh(servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return shell(servers, tmp_path, capsys)


def record(psa: str, case: str) -> str:
    """Return a case's first quote as commands name it."""
    (site,) = world_of(psa)["sites"]
    number = site["cases"][case][0]
    quote = next(row for row in site["salesbuildr"]["quote"] if row["number"] == number)
    return f"quote/{quote['id']}"


def category(sh: Shell, name: str, psa: str = "connectwise") -> str:
    rows = sh.servers.held("category", "salesbuildr", sh.servers.site(psa))
    return str(next(row["id"] for row in rows if row["name"] == name))


def listed(sh: Shell, site: str) -> dict[tuple[str, str], dict[str, Any]]:
    """Return `map list --csv` by kind and name of the source."""
    rows = csv.DictReader(io.StringIO(sh.run("map", "list", "--csv", "--site", site)))
    return {(row["kind"], row["source_name"]): row for row in rows}


def test_the_default_world_has_a_site_of_each_psa(servers: Servers) -> None:
    assert [site["psa"] for site in servers.described["sites"]] == ["autotask", "connectwise", "halopsa"]
    assert [site["name"] for site in servers.described["sites"]] == [
        "Fabrikam IT",
        "Proseware Networks",
        "Adventure Works Support",
    ]


@pytest.mark.parametrize("psa", list(FOLDERS))
def test_a_records_site_need_not_be_named(sh: Shell, psa: Psa) -> None:
    assert sh.run("check", record(psa.value, "in step")).startswith("In step and seen in ")


def test_records_of_several_sites_are_told_site_by_site(sh: Shell) -> None:
    text = sh.run("check", record("connectwise", "in step"), record("autotask", "in step"))
    assert re.fullmatch(
        r"Proseware Networks \(ConnectWise\)\nIn step and seen in .*\n"
        r"Fabrikam IT \(Autotask\)\nIn step and seen in .*\n",
        text,
    )


def test_a_record_that_no_site_has_is_named(sh: Shell) -> None:
    sh.run("check", "quote/nowhere", expect=3)
    assert "No site has the record quote/nowhere" in sh.err
    assert "“Proseware Networks”" in sh.err


def test_a_site_that_refuses_us_does_not_keep_the_others_from_being_read(sh: Shell) -> None:
    sh.servers.ask("POST", "/faults", {"system": "salesbuildr", "site": "Fabrikam IT", "kind": "status", "arg": 403})
    text = sh.run("refresh", expect=1)
    assert re.match(r"Read [\d,]{3,} records from Salesbuildr\.\nFabrikam IT: .*403", text)
    assert text.count("\n") == 2


def test_links_and_mappings_are_listed_of_every_site(sh: Shell) -> None:
    for words in (("links", "list", "quote"), ("map", "list", "owner")):
        text = sh.run(*words)
        for site in sh.servers.described["sites"]:
            if Psa(site["psa"]) in FOLDERS:
                assert f"{site['name']} ({Psa(site['psa']).label})\n" in text, words
    assert "Proseware" not in sh.run("map", "list", "owner", "--site", "fabrikam it")


def test_what_products_say_is_shown_first_and_taken_over_when_told(sh: Shell) -> None:
    site = sh.servers.site("connectwise")
    before = listed(sh, site)
    text = sh.run("map", "discover", "--site", site)
    assert re.search(r"Laptops +→ 31/311/1 Hardware › Laptops · Inventory: 13 of 13 linked products\n", text)
    assert re.search(rf"Firewalls +→ {FIREWALLS} .*: 2 of 2 .*It cannot be used: 41 is an inactive category\n", text)
    assert "can be taken over: repeat with --apply. Nothing was changed.\n" in text
    assert listed(sh, site) == before
    assert "Took over 19 mappings." in sh.run("map", "discover", "--site", site, "--apply")
    after = listed(sh, site)["product-category", "Laptops"]
    assert (after["target"], after["target_name"], after["origin"]) == (
        "31/311/1",
        "Hardware › Laptops · Inventory",
        "products",
    )
    assert sh.servers.written("connectwise") == []
    text = sh.run("check", record("connectwise", "category inactive"), expect=1)
    assert text.startswith("Blocked: ")


def test_halopsas_items_say_asset_group_and_type(sh: Shell) -> None:
    text = sh.run("map", "discover", "--site", sh.servers.site("halopsa"))
    assert re.search(r"Laptops +→ 101/201 Hardware › Laptops: (\d+) of \1 linked products\n", text)
    assert re.search(r"Firewalls +→ 106/\d+ .*It cannot be used: .*106 .*not used for items", text)


def test_products_that_contradict_each_other_are_left_to_a_person(sh: Shell) -> None:
    site = sh.servers.site("connectwise")
    laptops = [
        row
        for row in sh.servers.held("procurement/catalog", "connectwise")
        if (row["category"]["id"], row["subcategory"]["id"]) == (31, 311)
    ]
    other, stranger = laptops[:2]
    path = "/world/connectwise/procurement/catalog/"
    moved = {"category": {"id": 36, "name": "Telephony"}, "subcategory": {"id": 361, "name": "Phones"}}
    sh.servers.ask("PATCH", f"{path}{other['id']}", moved)
    unknown = {"identifier": "X", "description": "Garden hose", "manufacturerPartNumber": "X", "integrationXRef": ""}
    sh.servers.ask("PATCH", f"{path}{stranger['id']}", unknown)
    text = sh.run("map", "discover", "--site", site, "--apply", expect=1)
    said = r"→ 31/311/1 .*: 11 of 12 linked products, but 1 say 36/361/1 Telephony › Phones · Inventory\. Decide with"
    assert re.search(rf"Laptops +{said}", text)
    assert "1 linked products have another name in ConnectWise and do not count.\n" in text
    assert "Took over 18 mappings." in text
    assert listed(sh, site)["product-category", "Laptops"]["target"] == ""


def test_a_mapping_by_hand_goes_before_what_products_say(sh: Shell) -> None:
    site, source = sh.servers.site("connectwise"), category(sh, "Firewalls")
    assert sh.run("map", "set", "product-category", source, SPARE).startswith("Set. ")
    text = sh.run("map", "discover", "--site", site, "--apply")
    assert f"(but {SPARE} counts, set by hand)" in text
    assert listed(sh, site)["product-category", "Firewalls"]["target"] == SPARE


def test_a_file_is_taken_over_whole_by_ids_and_names(sh: Shell, tmp_path: Path) -> None:
    site, file = sh.servers.site("connectwise"), tmp_path / "mappings.csv"
    source = category(sh, "Laptops")
    file.write_text(
        "\ufeffKind;Source;Source name;Target\n"
        f"product-category;{source};Laptops;31/311/1\n"
        "product-category;firewalls;;Security › Firewalls · Inventory\n"
        "\n"
        "product-category;Printers;;\n",
        encoding="utf-8",
    )
    text = sh.run("map", "import", str(file), "--site", site, "--dry-run")
    assert (
        text == "1 row without a target: its source is left alone.\n"
        "The file is right; nothing was changed: 2 of product-category.\n"
    )
    assert listed(sh, site)["product-category", "Laptops"]["target"] == ""
    assert sh.run("map", "import", str(file), "--site", site).endswith(
        "Imported: 2 of product-category. “map history” and “map rollback” take it back.\n"
    )
    after = listed(sh, site)
    assert after["product-category", "Laptops"]["origin"] == "file"
    assert after["product-category", "Firewalls"]["target"] == SPARE
    assert after["product-category", "Printers"]["target"] == ""


def test_a_file_is_rolled_back_but_for_what_was_changed_again_since(sh: Shell, tmp_path: Path) -> None:
    site, file = sh.servers.site("connectwise"), tmp_path / "mappings.csv"

    def imported(**targets: str) -> None:
        rows = "".join(f"product-category,{source},{target}\n" for source, target in targets.items())
        file.write_text(f"kind,source,target\n{rows}", encoding="utf-8")
        assert f"Imported: {len(targets)} of product-category." in sh.run("map", "import", str(file), "--site", site)

    def stand() -> list[tuple[str, str]]:
        rows = listed(sh, site)
        names = ("Laptops", "Firewalls", "Printers")
        return [(rows["product-category", name]["target"], rows["product-category", name]["origin"]) for name in names]

    imported(Firewalls=SPARE)
    imported(Laptops="31/311/1", Firewalls="31/312/1", Printers="31/311/1")
    imported(Laptops="31/312/1")
    sh.run("map", "set", "product-category", category(sh, "Printers"), SPARE)
    as_imported = [("31/312/1", "file"), ("31/312/1", "file"), (SPARE, "by hand")]
    assert stand() == as_imported
    history = sh.run("map", "history", "--site", site).splitlines()
    newest, _again, *of_file, before = [int(line.split()[0]) for line in history]
    assert sorted(of_file) == [before + 1, before + 2, before + 3]
    sh.run("map", "rollback", f"{before}-{newest + 1}", "--site", site, expect=3)
    assert (sh.err.strip().endswith("Nothing was rolled back."), stand()) == (True, as_imported)
    told = sh.run("map", "rollback", f"{min(of_file)}-{max(of_file)}", "--site", site, expect=1)
    assert told.startswith("2 mappings rolled back.\n")
    assert "Laptops" in told
    assert stand() == [("31/312/1", "file"), (SPARE, "file"), (SPARE, "by hand")]
    after = sh.run("map", "history", "--site", site).splitlines()
    assert [line.split()[0] for line in after if line.endswith("(rolled back)")] == [
        line.split()[0] for line in history if int(line.split()[0]) in of_file and " Laptops: " not in line
    ]


def test_every_wrong_row_is_told_and_nothing_of_the_file_is_kept(sh: Shell, tmp_path: Path) -> None:
    site, file = sh.servers.site("connectwise"), tmp_path / "mappings.csv"
    file.write_text(
        "kind,source,target\n"
        "product-category,Laptops,31/311/1\n"
        "product-category,Laptops,31/312/1\n"
        f"product-category,Firewalls,{FIREWALLS}\n"
        "product-category,No such,31/311/1\n"
        "billing,Laptops,1\n"
        "product-category,Printers,Nowhere\n"
        "product-category,,31/311/1\n",
        encoding="utf-8",
    )
    text = sh.run("map", "import", str(file), "--site", site, expect=1)
    assert "Row 3: row 2 maps “Laptops” to something else.\n" in text
    assert "Row 4: “Security (2019) › Firewalls · Inventory” cannot be chosen: 41 is an inactive category.\n" in text
    assert "Row 5: there is no category “No such”.\n" in text
    assert "Row 6: there is no kind “billing”; there are: product-category, owner" in text
    assert "Row 7: there is no category, subcategory and product type “Nowhere”.\n" in text
    assert "Row 8: it names no source.\n" in text
    assert text.endswith("Nothing was imported: 6 rows are wrong.\n")
    assert listed(sh, site)["product-category", "Laptops"]["target"] == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"source,target\n", "The first row has to name the columns kind, source, target; it lacks kind."),
        (b"", "The first row has to name the columns"),
        (b'kind,source,target\n"open', "This is no CSV file"),
        (b"\x00\x01\x02", "The file holds no text"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_file_of_mappings_is_refused_in_a_sentence(
    sh: Shell, tmp_path: Path, content: bytes | None, says: str
) -> None:
    file = tmp_path / "mappings.csv"
    if content is not None:
        file.write_bytes(content)
    sh.run("map", "import", str(file), "--site", sh.servers.site("connectwise"), expect=3)
    assert says in sh.err


def test_issues_are_those_of_the_named_site(sh: Shell) -> None:
    sh.run("check", record("connectwise", "opportunity deleted"), record("autotask", "opportunity deleted"), expect=1)
    assert sh.run("issues", expect=1).startswith("open 2 ")
    text = sh.run("issues", "--site", sh.servers.site("connectwise"), expect=1)
    assert text.startswith("open 1 ")
    (site,) = world_of("connectwise")["sites"]
    assert site["cases"]["opportunity deleted"][0] in text


def test_an_audit_says_what_is_broken_what_that_affects_and_ends_with_status_one(sh: Shell) -> None:
    text = sh.run("audit", expect=1)
    assert re.search(
        r"product-billing-code: Category → billing code \(products\)\n"
        r"(  .*\n)*?"
        r"  Firewalls → Security appliances \(2019\) \(#409\): Inactive \[Salesbuildr\]\n"
        r"      Security appliances \(2019\) \(#409\) cannot be used: inactive in Autotask\.\n"
        r"      Affects 5 products, 0 issues, \d+ quotes\.\n",
        text,
    )
    for site in sh.servers.described["sites"]:
        assert f"{site['name']} ({Psa(site['psa']).label})\n" in text
        assert [each for each in sh.servers.written(site["psa"]) if "token" not in each] == []
    assert re.search(r"\d+ mappings, \d+ need attention · \d+ calls, \d+ ms\n", text)
    assert sh.err == ""


def test_an_audit_is_one_object_for_scripts_and_tells_what_could_not_be_read(sh: Shell) -> None:
    site = sh.servers.site("autotask")
    first = json.loads(sh.run("audit", "--json", "--site", site, expect=1))
    assert (first["schema"], [each["site"] for each in first["sites"]]) == (1, [site])
    (told,) = first["sites"]
    assert told["broken"] == sum(each["broken"] for each in told["findings"]) > 0
    assert told["needs_attention"] == len(told["findings"])
    finding = next(each for each in told["findings"] if each["source"] == "Cabling")
    assert (finding["target_id"], finding["state"], finding["known_from"]) == ("410", "deleted", "Salesbuildr")
    assert finding["affects"]["kind"] == "product"
    codes = [row for row in sh.servers.held("BillingCodes") if row["useType"] == 4 and row["isActive"]]
    sh.servers.ask("PATCH", f"/world/autotask/BillingCodes/{codes[0]['id']}", {"isActive": False})
    sh.servers.ask("POST", "/faults", {"system": "autotask", "kind": "status", "path": "Resources/query", "arg": 500})
    (again,) = json.loads(sh.run("audit", "--json", "--site", site, expect=1))["sites"]
    kinds = {each["kind"]: each for each in again["kinds"]}
    assert kinds["product-billing-code"]["changed"] == "since the last audit 1 billing code was deactivated"
    assert "500" in kinds["owner"]["problem"]
    assert not any(each["broken"] for each in again["findings"] if each["kind"] == "owner")
    assert again["problems"][0] in sh.err
    assert again["broken"] > told["broken"] - 2


def test_where_something_is_used_is_told_before_it_is_deactivated(sh: Shell) -> None:
    text = sh.run("where-used", "autotask", "billing-code", "401", expect=1)
    assert text.startswith("Billing code 401 in Autotask\n  Categories (4): Desktops, Laptops, Servers, Storage\n")
    assert re.search(r"\n  Products \(\d\d\): .*, and \d+ more\n  Open quotes \(\d+\): ", text)
    assert text.endswith("No audit has compared the mappings with the PSA yet.\n")
    assert "Nothing here depends on it." in sh.run("where-used", "autotask", "billing code", "999")
    sh.run("where-used", "autotask", "colour", "1", expect=3)
    assert "Autotask has no “colour” that mappings lead to; there are: billing code, " in sh.err
    sh.run("where-used", "halopsa", "asset group", "1", "--site", sh.servers.site("autotask"), expect=3)
    assert "paired with HaloPSA" in sh.err
