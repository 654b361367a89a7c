"""The sites of the practice worlds: name, seed, and the companies that each one knows. All of it is fictitious."""

from dataclasses import dataclass

from world_words import COMPANIES, SITE, VENDORS


@dataclass(frozen=True, slots=True)
class Names:
    """One MSP and its customers."""

    site: str
    domain: str
    prefix: str
    """How its own product numbers begin."""
    seed: int
    first_quote: int
    """Its quotes count up from here."""
    companies: tuple[str, ...]
    """Customers that are known and linked on both sides."""
    newcomer: str
    """A company that the PSA does not know yet."""
    look_alike: str
    """One that is not linked, and has two likely rows there."""
    retired: str
    """One that is not linked, and has an inactive row there."""
    mistaken: tuple[str, str]
    """One that is linked to the second, another company."""
    closed: str
    """One that is inactive there."""
    vendors: tuple[str, ...] = VENDORS
    """Companies that only the PSA knows."""


FABRIKAM = Names(
    site=SITE,
    domain="fabrikam.example",
    prefix="FAB",
    seed=20,
    first_quote=2000,
    companies=COMPANIES,
    newcomer="Tessellate Ceramics Studio",
    look_alike="Tailspin Toys",
    retired="Trey Research",
    mistaken=("Humongous Insurance", "Lucerne Publishing"),
    closed="Liberty's Delightful Bakery",
)

PROSEWARE = Names(
    site="Proseware Networks",
    domain="proseware.example",
    prefix="PRW",
    seed=41,
    first_quote=3000,
    companies=(
        "Alderbrook Veterinary",
        "Anvil & Thistle Brewing",
        "Ashgrove Family Law",
        "Beacon Hill Optometry",
        "Birchwood Credit Union",
        "Blackwater Marine Supply",
        "Brightside Day Nursery",
        "Cardinal Freight Lines",
        "Cedar & Stone Builders",
        "Clearwater Pediatrics",
        "Copperfield Hotels",
        "Cottonwood Title Company",
        "Dovetail Furniture Works",
        "Eastgate Pharmacy",
        "Elkhorn Outfitters",
        "Evergreen Surveying",
        "Fairhaven Senior Living",
        "Falconridge Aviation",
        "Foxglove Interiors",
        "Glacier Point Engineering",
        "Goldfinch Catering",
        "Hawthorne Theater Trust",
        "Highmark Roofing",
        "Ivy Lane Florists",
        "Keystone Machine Tools",
        "Lakeshore Dermatology",
        "Larkspur Wealth Partners",
        "Magnolia Day Spa",
        "Millrace Paper Mills",
        "Northfork Cattle Company",
        "Old Harbor Chandlery",
        "Orchard Valley Cider",
        "Pinecrest School District",
        "Quarry Road Auto Group",
        "Redfern Translations",
        "Silverlake Film Labs",
        "Timberline Log Homes",
        "Upland Seed & Grain",
        "Willowbrook Golf Club",
    ),
    newcomer="Zephyr Glassworks",
    look_alike="Sunnyside Toys",
    retired="Tanglewood Research",
    mistaken=("Harborview Insurance", "Summit Publishing House"),
    closed="Patty's Corner Bakery",
)

ADVENTURE_WORKS = Names(
    site="Adventure Works Support",
    domain="adventure-works.example",
    prefix="ADV",
    seed=63,
    first_quote=4000,
    companies=(
        "Abbotsford Dairy",
        "Amberley House Care",
        "Arkwright Textiles",
        "Bellweather Sheep Farms",
        "Blue Heron Kayaks",
        "Bridgewater Solicitors",
        "Calder Valley Printing",
        "Castlegate Estates",
        "Chalkhill Vineyards",
        "Cobblestone Coffee Roasters",
        "Cranford Community Theatre",
        "Dartmoor Ponies Trust",
        "Ellerslie Accountants",
        "Fenwick Garden Centres",
        "Ferryman Shipping",
        "Galloway Knitwear",
        "Greenacre Surveyors",
        "Hartwell Cycles",
        "Hollins Lane Surgery",
        "Inglewood Timber",
        "Kingfisher Swim School",
        "Langdale Outdoor Centre",
        "Lighthouse Charity",
        "Marlow Boatyard",
        "Moorside Quarries",
        "Nettlecombe Bakers",
        "Otterburn Fisheries",
        "Peverell Antiques",
        "Ravenscar Cinema",
        "Rosedale Ironworks",
        "Sandpiper Nurseries",
        "Shelbourne Architects",
        "Stonebridge Physio",
        "Thornfield Academy",
        "Tithe Barn Weddings",
        "Upton Park Motors",
        "Wensley Creamery",
        "Westmorland Plumbing",
        "Yewtree Opticians",
    ),
    newcomer="Halcyon Stained Glass",
    look_alike="Hobbyhorse Toys",
    retired="Ferndale Research",
    mistaken=("Anchor Mutual Insurance", "Quill & Ink Publishing"),
    closed="Dorothy's Cake Shop",
)
