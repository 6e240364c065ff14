"""The fixed list of roles, and the groups a policy may name beside them.

A role is what a person may do; the word for it on screen is the authority's own. "Pod manager" is therefore
a word of one authority for two of these roles, and no role itself.
"""

ROLES: dict[str, str] = {
    "carer": "foster carer",
    "ssw": "supervising social worker",
    "csw": "child's social worker",
    "duty": "duty worker",
    "fostering_manager": "fostering team manager",
    "childcare_manager": "child care team manager",
    "service_manager": "service manager",
    "iro": "independent reviewing officer",
    "young_person": "young person",
    "psychologist": "psychologist",
    "panel_admin": "panel administrator",
    "partner": "school, health or other professional",
    "quality": "quality officer",
    "admin": "administrator",
}

# Groups that a meeting rule may name where no single role fits.
GROUPS: dict[str, str] = {
    "chair": "whoever chairs the meeting",
    "participants": "everyone who took part",
    "invited": "those who were invited and could not come",
    "family": "the child's family and wider network",
    "advocate": "the child's advocate",
}
