"""The rules of persons and entities, of their addresses, and of every text in a report."""

from __future__ import annotations

from compliance.fintrac.rules.rule import REJECT, WARNING, declared

# --- Persons and entities
CONDUCTOR_MISSING = declared(
    "conductor_missing",
    REJECT,
    "guidance (LCTR); SOR/2002-184 Sch. 1",
    "A conductor is needed; only night deposit and quick drop may leave it out.",
    "Il faut indiquer qui effectue l'opération; seuls le dépôt de nuit et le dépôt express peuvent l'omettre.",
)
CONDUCTOR_NAME_ONLY = declared(
    "conductor_name_only",
    REJECT,
    "guidance (LCTR); SOR/2002-184 Sch. 1",
    "The conductor may be named only (types 1, 2) just where the cash goes to a business account.",
    "Le nom seul (types 1, 2) ne suffit que si les espèces vont à un compte d'entreprise.",
)
CONDUCTOR_DETAILS_TOO_MANY = declared(
    "conductor_details_too_many",
    WARNING,
    "guidance (LCTR); API",
    "For cash to a business account the conductor's name suffices (types 1, 2).",
    "Pour un dépôt à un compte d'entreprise, le nom suffit (types 1, 2).",
)
BENEFICIARY_MISSING = declared(
    "beneficiary_missing",
    WARNING,
    "guidance (LCTR), Annex A",
    "No beneficiary is named.",
    "Aucun bénéficiaire n'est nommé.",
)
BENEFICIARY_BANK = declared(
    "beneficiary_bank",
    REJECT,
    "guidance (LCTR), Annex A; setting: the bank's names",
    "The bank itself cannot be the beneficiary.",
    "La banque elle-même ne peut être la bénéficiaire.",
)
INVOLVED_TWICE = declared(
    "involved_twice",
    REJECT,
    "guidance (LCTR), Annex A",
    "{name} is conductor, third party or beneficiary and cannot be involved besides.",
    "{name} effectue l'opération, est tiers ou bénéficiaire et ne peut être aussi mentionné comme participant.",
)
RELATIONSHIP = declared(
    "relationship",
    WARNING,
    "guidance (LCTR), Annex A",
    "The relationship to the conductor is missing.",
    "Le lien avec la personne qui effectue l'opération est absent.",
)
REFERENCE_UNDEFINED = declared(
    "reference_undefined",
    REJECT,
    "status 5018",
    "{reference} is not in the definitions.",
    "{reference} n'est pas dans les définitions.",
)
REFERENCE_TYPE = declared(
    "reference_type",
    REJECT,
    "API",
    "{reference} is defined as type {defined} and referred to as type {used}.",
    "{reference} est défini comme type {defined} et cité comme type {used}.",
)
REFERENCE_TWICE = declared(
    "reference_twice",
    REJECT,
    "API",
    "{reference} is defined twice.",
    "{reference} est défini deux fois.",
)
DEFINITION_UNUSED = declared(
    "definition_unused",
    WARNING,
    "API",
    "{reference} is defined and never referred to.",
    "{reference} est défini et jamais cité.",
)
PERSON_NAME = declared(
    "person_name",
    REJECT,
    "guidance (LCTR)",
    "Surname and given name are needed; a single name goes into the surname, with XXX as given name.",
    "Le nom et le prénom sont requis; un nom unique va au nom de famille, avec XXX comme prénom.",
)
ENTITY_NAME = declared(
    "entity_name", REJECT, "guidance", "The name of the entity is missing.", "Le nom de l'entité est absent."
)
DETAIL_MISSING = declared(
    "detail_missing",
    WARNING,
    "SOR/2002-184 Sch. 1, s. 152; setting: which fields are mandatory",
    "{field} is missing; it is asked for where it is known.",
    "{field} est absent; il est demandé s'il est connu.",
)
AUTHORIZED_PERSONS = declared(
    "authorized_persons",
    REJECT,
    "guidance (LCTR), Annex A",
    "At most three persons authorised to bind the entity are stated; these are {count}.",
    "Au plus trois personnes autorisées à engager l'entité sont indiquées; il y en a {count}.",
)
OCCUPATION_NUMBER = declared(
    "occupation_number",
    REJECT,
    "guidance (LCTR)",
    "A classification number alone is not enough; describe it in words.",
    "Un numéro de classification ne suffit pas; décrivez en mots.",
)
OCCUPATION_VAGUE = declared(
    "occupation_vague",
    WARNING,
    "guidance (LCTR)",
    "{text} alone says too little; add of what.",
    "« {text} » seul est trop vague; précisez de quoi.",
)
# --- Addresses
ADDRESS_BOTH = declared(
    "address_both",
    REJECT,
    "guidance (LCTR)",
    "An address is structured or unstructured, never both.",
    "Une adresse est structurée ou non structurée, jamais les deux.",
)
ADDRESS_TYPE = declared(
    "address_type",
    REJECT,
    "API",
    "The address type beside the address does not agree with it.",
    "Le type d'adresse ne concorde pas avec l'adresse.",
)
ADDRESS_NOT_PHYSICAL = declared(
    "address_not_physical",
    REJECT,
    "guidance (LCTR)",
    "A post office box, general delivery or suite alone is no address.",
    "Une case postale, la poste restante ou un numéro d'unité seul n'est pas une adresse.",
)
ADDRESS_COUNTRY = declared("address_country", WARNING, "guidance", "The country is missing.", "Le pays est absent.")
PROVINCE_CODE = declared(
    "province_code",
    REJECT,
    "guidance (LCTR); message 300",
    "{found} is no province or state code of {country}.",
    "{found} n'est pas un code de province ou d'État de {country}.",
)
PROVINCE_AS_NAME = declared(
    "province_as_name",
    REJECT,
    "guidance (LCTR)",
    "In Canada, the United States and Mexico the province or state is given by its code.",
    "Au Canada, aux États-Unis et au Mexique, la province ou l'État est indiqué par son code.",
)
PROVINCE_AS_CODE = declared(
    "province_as_code",
    REJECT,
    "guidance (LCTR)",
    "Outside Canada, the United States and Mexico the province is given by its name.",
    "Hors du Canada, des États-Unis et du Mexique, la province est indiquée par son nom.",
)
# --- Texts
OTHER_TEXT_MISSING = declared(
    "other_text_missing",
    REJECT,
    "guidance; rule 151040 (CDR), taken over",
    'The code says "other": {field} must say what.',
    "Le code indique « autre » : {field} doit préciser.",
)
OTHER_TEXT_NOT_WANTED = declared(
    "other_text_not_wanted",
    REJECT,
    "guidance; rule 151040 (CDR), taken over",
    '{field} is filled although the code does not say "other".',
    "{field} est rempli alors que le code n'indique pas « autre ».",
)
PLACEHOLDER = declared(
    "placeholder",
    REJECT,
    "guidance (LCTR)",
    "{text} stands for nothing; leave out what does not apply.",
    "« {text} » ne veut rien dire; omettez ce qui ne s'applique pas.",
)
SOCIAL_INSURANCE_CARD = declared(
    "social_insurance_card",
    REJECT,
    "guidance (LCTR): no social insurance number is sent",
    "A social insurance card is never reported; use another document.",
    "La carte d'assurance sociale n'est jamais déclarée; utilisez un autre document.",
)
SOCIAL_INSURANCE_NUMBER = declared(
    "social_insurance_number",
    REJECT,
    "guidance (LCTR): no social insurance number is sent",
    "This holds what looks like a social insurance number (nine digits, ending in {ending}); remove it.",
    "Ceci semble contenir un numéro d'assurance sociale (neuf chiffres, finissant par {ending}); retirez-le.",
)
SOCIAL_INSURANCE_NUMBER_LIKE = declared(
    "social_insurance_number_like",
    WARNING,
    "guidance (LCTR); setting: numbers of nine digits that are none",
    "These nine digits (ending in {ending}) could be a social insurance number; make sure they are not.",
    "Ces neuf chiffres (finissant par {ending}) pourraient être un numéro d'assurance sociale; vérifiez.",
)
CARD_NUMBER = declared(
    "card_number",
    WARNING,
    "PCI DSS 3.4, 3.5",
    "This holds what looks like a payment card number (ending in {ending}); shorten it unless it must be sent.",
    "Ceci semble contenir un numéro de carte (finissant par {ending}); abrégez-le s'il n'est pas requis.",
)
