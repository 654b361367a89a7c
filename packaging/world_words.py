"""The invented names that the sandbox's default world is made of. Every name, number and address here is fictitious."""

SITE = "Fabrikam IT"

COMPANIES = (
    "Northwind Traders",
    "Adatum Corporation",
    "Litware",
    "Fourth Coffee",
    "Wingtip Toys",
    "Contoso Pharmaceuticals",
    "Blue Yonder Airlines",
    "City Power & Light",
    "Coho Winery",
    "Consolidated Messenger",
    "Graphic Design Institute",
    "Margie's Travel",
    "Southridge Video",
    "VanArsdel",
    "Woodgrove Bank",
    "Alpine Ski House",
    "Bellows College",
    "Best For You Organics",
    "Fincher Architects",
    "First Up Consultants",
    "Munson's Pickles and Preserves",
    "Nod Publishers",
    "Relecloud",
    "Baldwin Museum of Science",
    "Lamna Healthcare",
    "Harbour & Pike Solicitors",
    "Ostrander Dental Group",
    "Kestrel Logistics",
    "Bramble Lane Nurseries",
    "Meridian Stone & Tile",
    "Quillfeather Press",
    "Saltmarsh Seafoods",
    "Juniper Ridge Clinic",
    "Ironbark Joinery",
    "Oakhurst Montessori",
    "Pennywhistle Instruments",
    "Granite Bay Marina",
)
"""Customers that are known and linked on both sides."""

VENDORS = ("Corvane Systems", "Telluris Networks", "Brightwell Displays", "Gatekeep Security", "Parley Telephony")
"""Companies that only Autotask knows."""

FIRST_NAMES = (
    "Ada Amara Bao Beatriz Caleb Carmen Dmitri Elena Farid Fiona Gareth Greta Hana Hugo Imani Ines Jonas Joyce Kenji "
    "Katya Lars Leila Marcus Mei Nadia Niels Olivia Oscar Priya Pavel Quentin Rosa Rafael Sana Stefan Tamsin Tomas Uma "
    "Viktor Wanda Xavier Yara Zoltan Zoe"
)
LAST_NAMES = (
    "Abbott Almeida Baker Bergqvist Castellano Chen Dahl Duarte Ellery Eriksen Fontaine Gallagher Garside Haddad "
    "Hollis Ibarra Ivanov Jansen Kaur Kowalski Lindqvist Lockwood Marchetti Mbeki Nakamura Novak Okafor Olsen Pereira "
    "Quigley Rasmussen Rowntree Sandoval Schuster Tanaka Thorne Underhill Varga Whitlock Yilmaz Zeller"
)
STREETS = (  # parted by bars
    "Alder Street|Birch Avenue|Canal Road|Dockside Way|Elm Court|Foundry Lane|Granary Row|Harbor Drive|Mill Road|"
    "Orchard Street|Quarry Hill|Station Road|Tannery Street|Union Square|Weaver Lane"
)
CITIES = (
    ("Redmond", "WA", "98052", "425"),
    ("Spokane", "WA", "99201", "509"),
    ("Portland", "OR", "97205", "503"),
    ("Boise", "ID", "83702", "208"),
    ("Denver", "CO", "80202", "303"),
    ("Austin", "TX", "78701", "512"),
    ("Columbus", "OH", "43215", "614"),
    ("Albany", "NY", "12207", "518"),
)

# name, parent, billing code, Autotask product category
CATEGORIES = (
    ("Hardware", "", None, None),
    ("Software and cloud", "", None, None),
    ("Services", "", None, None),
    ("Laptops", "Hardware", 401, 106),
    ("Desktops", "Hardware", 401, 104),
    ("Servers", "Hardware", 401, 114),
    ("Storage", "Hardware", 401, 115),
    ("Networking", "Hardware", 403, 109),
    ("Firewalls", "Hardware", 409, 105),
    ("Monitors", "Hardware", 404, 108),
    ("Peripherals", "Hardware", 404, 110),
    ("Phones", "Hardware", 406, 111),
    ("Printers", "Hardware", 405, 112),
    ("Cabling", "Hardware", 410, 102),
    ("Licences", "Software and cloud", 402, 107),
    ("Security", "Software and cloud", 502, 113),
    ("Cloud backup", "Software and cloud", None, 101),
    ("Cloud", "Software and cloud", 502, 103),
    ("Managed services", "Services", 501, None),
    ("Labour", "Services", None, None),
)

# id, name, use type, active. 410 is not here: it has been deleted.
BILLING_CODES = (
    (101, "Remote support", 1, True),
    (102, "On-site work", 1, True),
    (103, "Project work", 1, True),
    (201, "Mileage", 2, True),
    (301, "Internal meeting", 3, True),
    (401, "Hardware", 4, True),
    (402, "Software licences", 4, True),
    (403, "Network equipment", 4, True),
    (404, "Peripherals", 4, True),
    (405, "Printing", 4, True),
    (406, "Telephony equipment", 4, True),
    (407, "Shipping and freight", 4, True),
    (408, "Cables and racks", 4, True),
    (409, "Security appliances (2019)", 4, False),
    (411, "Security appliances", 4, True),
    (412, "Backup licences", 4, True),
    (413, "Security software", 4, True),
    (501, "Managed services", 5, True),
    (502, "Cloud subscriptions", 5, True),
    (503, "Backup as a service", 5, True),
    (504, "Hosted PBX (old)", 5, False),
    (601, "Project milestone", 6, True),
)

# name, role id, hourly rate
ROLES = (
    ("Help desk engineer", 29683501, 95),
    ("Field engineer", 29683502, 120),
    ("Systems engineer", 29683503, 145),
    ("Network engineer", 29683504, 150),
    ("Project manager", 29683505, 160),
    ("Security consultant", 29683506, 190),
    ("Cloud architect", 29683507, 185),
    ("Trainer", 29683508, 110),
)

# category, type, term, manufacturer, name with {} for a variant, variants, first cost, step in cost, margin
CATALOGUE = (
    (
        "Laptops",
        "product",
        "one-time",
        "Corvane",
        'Corvane L{} 14" laptop',
        "310 320 330 340 350",
        640,
        95,
        1.22,
    ),
    ("Laptops", "product", "one-time", "Corvane", 'Corvane X{} 16" laptop', "510 520 530 540", 1150, 140, 1.2),
    ("Laptops", "bundle", "one-time", "", "Workplace kit {}", "Basic Standard Plus Executive", 980, 310, 1.25),
    ("Desktops", "product", "one-time", "Corvane", "Corvane D{} mini desktop", "20 22 24 26", 480, 70, 1.24),
    ("Desktops", "product", "one-time", "Corvane", "Corvane W{} workstation", "70 75 80 85", 1490, 260, 1.18),
    (
        "Servers",
        "product",
        "one-time",
        "Corvane",
        "Corvane R{} rack server",
        "240 340 440 640",
        2680,
        840,
        1.17,
    ),
    ("Servers", "product", "one-time", "Corvane", "Corvane T{} tower server", "140 150 160", 1420, 310, 1.19),
    ("Storage", "product", "one-time", "Telluris", "Telluris Vault {}-bay NAS", "2 4 6 8 12", 390, 330, 1.21),
    ("Networking", "product", "one-time", "Telluris", "Telluris S{} PoE switch", "8 16 24 48", 210, 190, 1.26),
    (
        "Networking",
        "product",
        "one-time",
        "Telluris",
        "Telluris AP{} access point",
        "6 6E 7 7E 7W",
        128,
        41,
        1.3,
    ),
    ("Networking", "product", "one-time", "Telluris", "Telluris E{} edge router", "1 3 5", 260, 180, 1.25),
    (
        "Monitors",
        "product",
        "one-time",
        "Brightwell",
        'Brightwell {}" monitor',
        "22 24 27 32 34",
        119,
        64,
        1.28,
    ),
    ("Monitors", "product", "one-time", "Brightwell", "Brightwell monitor arm {}", "single dual", 42, 33, 1.4),
    ("Peripherals", "product", "one-time", "Brightwell", "Brightwell dock D{}", "100 200 300", 89, 48, 1.32),
    ("Peripherals", "product", "one-time", "Brightwell", "Brightwell headset H{}", "10 20 30 40", 38, 29, 1.4),
    ("Peripherals", "product", "one-time", "Brightwell", "Brightwell keyboard set K{}", "1 2 3", 19, 12, 1.5),
    ("Peripherals", "product", "one-time", "Brightwell", "Brightwell webcam C{}", "1 2 4", 34, 27, 1.42),
    ("Phones", "product", "one-time", "Parley", "Parley {} desk phone", "P10 P20 P30 P50", 64, 37, 1.33),
    ("Phones", "product", "one-time", "Parley", "Parley {} conference phone", "C1 C2", 290, 120, 1.28),
    ("Phones", "service", "monthly", "Parley", "Parley SIP trunk, {} channels", "2 4 8", 11, 10, 1.6),
    ("Printers", "product", "one-time", "Quire", "Quire M{} laser printer", "210 310 410", 179, 140, 1.25),
    ("Printers", "product", "one-time", "Quire", "Quire toner set {}", "210 310 410", 84, 31, 1.3),
    ("Licences", "product", "one-time", "Litera", "Litera Draw {} licence", "Home Pro Studio", 79, 90, 1.22),
    ("Licences", "product", "one-time", "Litera", "Litera Server {} core licence", "2 4 8 16", 96, 92, 1.18),
    (
        "Cloud",
        "service",
        "monthly",
        "Nimbus",
        "Nimbus Office {}",
        "Starter Business Premium Frontline",
        4,
        5,
        1.25,
    ),
    ("Cloud", "service", "monthly", "Nimbus", "Nimbus mailbox archive {} GB", "50 100 250", 2, 2, 1.5),
    (
        "Cloud",
        "service",
        "yearly",
        "Nimbus",
        "Nimbus domain and certificate {}",
        "basic wildcard",
        60,
        110,
        1.4,
    ),
    ("Cloud", "service", "quarterly", "Nimbus", "Nimbus storage pool {} TB", "1 5", 30, 110, 1.35),
    ("Managed services", "service", "monthly", "", "Managed workstation {}", "Basic Care Total", 9, 8, 2.4),
    ("Managed services", "service", "monthly", "", "Managed server {}", "Basic Care Total", 38, 31, 2.1),
    ("Managed services", "service", "monthly", "", "Managed network, {} devices", "5 10 25", 27, 36, 2.2),
    ("Managed services", "service", "semi-annual", "", "Health review {}", "short full", 120, 180, 1.9),
    (
        "Managed services",
        "bundle",
        "monthly",
        "",
        "Office care bundle {}",
        "Bronze Silver Gold Platinum",
        45,
        38,
        2.0,
    ),
    ("Firewalls", "product", "one-time", "Gatekeep", "Gatekeep {} firewall", "40 60", 410, 260, 1.24),
    ("Security", "product", "one-time", "Gatekeep", "Gatekeep mail filter, {} seats", "10 25", 90, 120, 1.3),
    ("Cabling", "product", "one-time", "Telluris", "Patch panel, {} ports", "24 48", 39, 30, 1.5),
)
