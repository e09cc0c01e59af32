"""What slots draw from when an author gives no list: names, trades, workplaces and towns, as diverse as the public is.

First names and surnames are common ones in France, overseas included, of many origins; each list is shuffled by the
draw, so that its order means nothing. Trades are those of each sector, in both genders.
"""

from __future__ import annotations

from itembank.families.values import City, Noun, Trade

FEMALE_NAMES = (
    "Leïla", "Inès", "Aminata", "Chantal", "Mei", "Olena", "Fatou", "Solène", "Marie-Ange", "Yasmine", "Rosa", "Linh",
    "Nadège", "Samira", "Élodie", "Binta", "Heïmata", "Sylvie", "Zeynep", "Catarina", "Gwenn", "Mariam", "Danièle",
    "Kadiatou", "Anaïs", "Irina", "Shirley", "Noémie", "Farida", "Colette",
)  # fmt: skip
MALE_NAMES = (
    "Karim", "Moussa", "Théo", "Gilles", "Minh", "Andriy", "Ibrahima", "Loïc", "Jean-Yves", "Mehdi", "Rui", "Hugo",
    "Teva", "Samir", "Étienne", "Ousmane", "Kylian", "Bernard", "Emre", "Paulo", "Yann", "Bilal", "Marcel", "Diego",
    "Antoine", "Pavel", "Jordan", "Cheikh", "Rachid", "Lucien",
)  # fmt: skip
SURNAMES = (
    "Benali", "Diallo", "Lebrun", "Nguyen", "Haddad", "Le Goff", "Sylla", "Martin", "Pereira", "Traoré", "Kerbrat",
    "Payet", "Okoro", "Roche", "Amrani", "Lopez", "Hoarau", "Moreau", "Yilmaz", "Kowalski", "Sow", "Vidal", "Chen",
    "Fontaine", "Teriipaia", "Ndiaye", "Girard", "Delattre", "Cissé", "Rossi", "Belkacem", "Marchand", "Coulibaly",
    "Schmitt", "Ferreira", "Lambert", "Mendy", "Boyer", "Zidane", "Roux",
)  # fmt: skip
CITIES = tuple(
    City(name)
    for name in (
        "Lens", "Arras", "Le Havre", "Metz", "Pau", "Vannes", "Limoges", "Orléans", "Saint-Denis", "Thiers", "Mulhouse",
        "La Rochelle", "Le Mans", "Bourges", "Angers", "Évreux", "Cayenne", "Fort-de-France", "Pointe-à-Pitre",
        "Saint-Pierre", "Mamoudzou", "Papeete", "Nouméa", "Bastia", "Avignon", "Roubaix", "Amiens", "Quimper",
        "Les Abymes", "Albi", "Troyes", "Valence", "Nevers", "Auxerre", "Dieppe", "Le Creusot",
    )
)  # fmt: skip

TRADES: dict[str, tuple[Trade, ...]] = {
    "tertiary": (
        Trade("assistant", "assistante", "office assistant"),
        Trade("comptable", "comptable", "bookkeeper"),
        Trade("agent d'accueil", "agente d'accueil", "receptionist"),
        Trade("vendeur", "vendeuse", "sales assistant"),
        Trade("secrétaire", "secrétaire", "secretary"),
        Trade("conseiller", "conseillère", "adviser"),
        Trade("téléconseiller", "téléconseillère", "call-centre agent"),
        Trade("gestionnaire de paie", "gestionnaire de paie", "payroll officer"),
    ),
    "industry": (
        Trade("cariste", "cariste", "forklift driver"),
        Trade("soudeur", "soudeuse", "welder"),
        Trade("magasinier", "magasinière", "warehouse worker"),
        Trade("opérateur", "opératrice", "machine operator"),
        Trade("technicien de maintenance", "technicienne de maintenance", "maintenance technician"),
        Trade("préparateur de commandes", "préparatrice de commandes", "order picker"),
        Trade("chauffeur-livreur", "chauffeuse-livreuse", "delivery driver"),
        Trade("contrôleur qualité", "contrôleuse qualité", "quality inspector"),
    ),
    "crafts": (
        Trade("menuisier", "menuisière", "joiner"),
        Trade("boulanger", "boulangère", "baker"),
        Trade("plombier", "plombière", "plumber"),
        Trade("couvreur", "couvreuse", "roofer"),
        Trade("fleuriste", "fleuriste", "florist"),
        Trade("électricien", "électricienne", "electrician"),
        Trade("peintre en bâtiment", "peintre en bâtiment", "house painter"),
        Trade("couturier", "couturière", "tailor"),
    ),
    "agriculture": (
        Trade("maraîcher", "maraîchère", "market gardener"),
        Trade("éleveur", "éleveuse", "livestock farmer"),
        Trade("apiculteur", "apicultrice", "beekeeper"),
        Trade("viticulteur", "viticultrice", "wine grower"),
        Trade("jardinier", "jardinière", "gardener"),
        Trade("ouvrier agricole", "ouvrière agricole", "farm worker"),
        Trade("pépiniériste", "pépiniériste", "nursery grower"),
        Trade("bûcheron", "bûcheronne", "forestry worker"),
    ),
    "personal_services": (
        Trade("aide à domicile", "aide à domicile", "home carer"),
        Trade("auxiliaire de vie", "auxiliaire de vie", "care assistant"),
        Trade("coiffeur", "coiffeuse", "hairdresser"),
        Trade("aide-soignant", "aide-soignante", "nursing assistant"),
        Trade("agent d'entretien", "agente d'entretien", "cleaner"),
        Trade("assistant maternel", "assistante maternelle", "childminder"),
        Trade("cuisinier", "cuisinière", "cook"),
        Trade("serveur", "serveuse", "waiter"),
    ),
}
TRADES["neutral"] = tuple(trade for sector in tuple(TRADES) for trade in TRADES[sector][:4])

WORKPLACES: dict[str, tuple[Noun, ...]] = {
    "tertiary": (
        Noun("agence", "f", en="agency"),
        Noun("cabinet comptable", "m", "cabinets comptables", "accounting firm"),
        Noun("mairie", "f", en="town hall"),
        Noun("boutique", "f", en="shop"),
        Noun("association", "f", en="charity"),
    ),
    "industry": (
        Noun("usine", "f", en="factory"),
        Noun("entrepôt", "m", en="warehouse"),
        Noun("atelier", "m", en="workshop"),
        Noun("fonderie", "f", en="foundry"),
        Noun("laboratoire", "m", en="laboratory"),
    ),
    "crafts": (
        Noun("menuiserie", "f", en="joinery"),
        Noun("boulangerie", "f", en="bakery"),
        Noun("garage", "m", en="garage"),
        Noun("atelier de couture", "m", "ateliers de couture", "sewing workshop"),
        Noun("imprimerie", "f", en="printing works"),
    ),
    "agriculture": (
        Noun("ferme", "f", en="farm"),
        Noun("pépinière", "f", en="nursery"),
        Noun("exploitation", "f", en="farm"),
        Noun("domaine", "m", en="estate"),
        Noun("coopérative", "f", en="cooperative"),
    ),
    "personal_services": (
        Noun("salon de coiffure", "m", "salons de coiffure", "hair salon"),
        Noun("restaurant", "m", en="restaurant"),
        Noun("résidence", "f", en="care home"),
        Noun("cantine", "f", en="canteen"),
        Noun("crèche", "f", en="nursery"),
    ),
}
WORKPLACES["neutral"] = tuple(noun for sector in tuple(WORKPLACES) for noun in WORKPLACES[sector][:2])

FILE_STEMS = {
    "document": ("lettre", "contrat", "attestation", "devis", "facture", "cv", "planning", "notice"),
    "image": ("photo", "plan", "logo", "affiche", "portrait", "chantier"),
    "table": ("stock", "horaires", "tarifs", "budget", "commandes", "clients"),
    "sound": ("entretien", "annonce", "message", "musique"),
    "video": ("visite", "formation", "presentation", "tutoriel"),
    "archive": ("dossier", "photos", "sauvegarde"),
}
FILE_EXTENSIONS = {
    "document": ("pdf", "odt", "docx"),
    "image": ("jpg", "png"),
    "table": ("ods", "xlsx", "csv"),
    "sound": ("mp3", "wav"),
    "video": ("mp4", "avi"),
    "archive": ("zip",),
}
