"""One whole credential, to the letter: whatever changes in it, somebody decides to change."""

# ruff: noqa: E501 # A golden text stands as it is.

from inline_snapshot import snapshot

import schemas
from issuer.formats.awarded import Awarded
from issuer.formats.ob3 import compose
from issuer.model.award import Reservation


def test_a_whole_credential(awarded: Awarded, reservation: Reservation) -> None:
    document = dict(compose(awarded, reservation=reservation).document)
    contexts = document.pop("@context")
    assert contexts == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        schemas.vocabulary_context(),
    ]
    assert document == snapshot(
        {
            "id": "https://credentials.uni.example/c/EUAS-MG9K-5EEA-4SNN-G386",
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "issuer": {
                "id": "did:web:localhost%3A8000",
                "type": ["Profile"],
                "name": "Example University of Applied Sciences",
                "url": "https://www.uni.example/",
                "address": {
                    "type": ["Address"],
                    "addressCountryCode": "AT",
                    "addressRegion": "Vienna",
                    "addressLocality": "Vienna",
                    "streetAddress": "Musterstraße 1",
                    "postalCode": "1010",
                },
                "otherIdentifier": [
                    {
                        "type": "IdentifierEntry",
                        "identifier": "uni.example",
                        "identifierType": "ext:SCHAC",
                    },
                    {
                        "type": "IdentifierEntry",
                        "identifier": "VATAT-U99999999",
                        "identifierType": "ext:EIDAS",
                    },
                ],
            },
            "validFrom": "2026-06-12T09:30:00Z",
            "awardedDate": "2026-06-12T00:00:00Z",
            "name": "Data Stewardship in Practice",
            "inLanguage": "en",
            "credentialSubject": {
                "type": ["AchievementSubject"],
                "identifier": [
                    {
                        "type": "IdentityObject",
                        "hashed": False,
                        "identityHash": "Alex Example",
                        "identityType": "name",
                    }
                ],
                "creditsEarned": 5,
                "result": [
                    {
                        "type": ["Result"],
                        "resultDescription": "https://credentials.uni.example/achievements/data-stewardship/v/1#result",
                        "status": "Completed",
                        "value": "1.7, good",
                        "gradingScheme": "Austrian scale, 1.0 is best, 4.0 the lowest pass",
                        "assessor": "Department of Information Science, two examiners",
                    }
                ],
                "achievement": {
                    "id": "https://credentials.uni.example/achievements/data-stewardship/v/1",
                    "type": ["Achievement"],
                    "achievementType": "MicroCredential",
                    "name": "Data Stewardship in Practice",
                    "description": "How to look after research data from the plan to the archive: planning, documenting, protecting, publishing and keeping them, on a real project of your own.",
                    "criteria": {
                        "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#criteria",
                        "narrative": """\
- Write a data management plan for a project with several partners, and keep it up to date.
- Describe a data set with metadata and identifiers so that a stranger can find it and use it again.
- Judge whether data are personal or confidential, and protect them before they are shared.
- Clean, document and version tabular data with scripts that others can run.
- Explain the FAIR principles, and where law, contracts or ethics set limits to them.

The project was a data management plan and a published data set; the discussion took 30 minutes.\
""",
                    },
                    "inLanguage": "en",
                    "version": "1",
                    "humanCode": "data-stewardship",
                    "resultDescription": [
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#result",
                            "type": ["ResultDescription"],
                            "name": "Austrian scale, 1.0 is best, 4.0 the lowest pass",
                            "resultType": "Result",
                        }
                    ],
                    "creditsAvailable": 5,
                    "fieldOfStudy": "Library, information and archival studies",
                    "alignment": [
                        {
                            "type": ["Alignment"],
                            "targetName": "manage findable accessible interoperable and reusable data",
                            "targetUrl": "http://data.europa.eu/esco/skill/4f5c1208-62fd-4e5a-a51e-306c06947e11",
                            "targetFramework": "ESCO",
                            "targetType": "ceasn:Competency",
                        },
                        {
                            "type": ["Alignment"],
                            "targetName": "EQF level 6",
                            "targetCode": "6",
                            "targetUrl": "http://data.europa.eu/snb/eqf/6",
                            "targetFramework": "European Qualifications Framework",
                            "targetType": "ext:EQF",
                        },
                    ],
                    "canDo": "Looks after the data of a project, from the plan to the archive, without help.",
                    "assessmentNote": "The project was a data management plan and a published data set; the discussion took 30 minutes.",
                    "scheduleNote": "Ten evenings online, two Saturdays on site.",
                    "prerequisites": "Data Stewardship Foundations, or two years of work with research data.",
                    "furtherInformation": "Reading list and templates are open to everybody on the course page.",
                    "instructionLanguage": ["en", "de"],
                    "courseHomepage": "https://www.uni.example/courses/data-stewardship",
                    "workloadHours": "135",
                    "assessmentType": [
                        "http://data.europa.eu/snb/assessment/795dac4096",
                        "http://data.europa.eu/snb/assessment/d30284d7df",
                    ],
                    "supervision": "http://data.europa.eu/snb/supervision-verification/70be69aaf9",
                    "participation": ["http://data.europa.eu/snb/learning-assessment/e92d221e4d"],
                    "schedule": "https://w3id.org/testamur/vocab#mixed",
                    "iscedField": ["http://data.europa.eu/snb/isced-f/0322"],
                    "eqfLevel": "http://data.europa.eu/snb/eqf/6",
                    "nationalLevel": "NQR 6",
                    "cycle": "https://w3id.org/testamur/vocab#first-cycle",
                    "qualityAssurance": [
                        {
                            "type": ["QualityAssurance"],
                            "qualityType": "http://data.europa.eu/snb/accreditation/bb4618238e",
                            "agency": "Example Agency for Quality Assurance",
                            "decision": "Institutional audit passed without conditions",
                            "qualityFrom": "2023-03-01",
                            "qualityUntil": "2030-02-28",
                            "evidenceLink": "https://agency.example/reports/4711",
                        }
                    ],
                    "learningOutcome": [
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#outcome-1",
                            "type": ["LearningOutcome"],
                            "outcomeText": "Write a data management plan for a project with several partners, and keep it up to date.",
                            "outcomeKind": "https://w3id.org/testamur/vocab#skill-outcome",
                            "skill": [
                                "http://data.europa.eu/esco/skill/4f5c1208-62fd-4e5a-a51e-306c06947e11"
                            ],
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#outcome-2",
                            "type": ["LearningOutcome"],
                            "outcomeText": "Describe a data set with metadata and identifiers so that a stranger can find it and use it again.",
                            "outcomeKind": "https://w3id.org/testamur/vocab#skill-outcome",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#outcome-3",
                            "type": ["LearningOutcome"],
                            "outcomeText": "Judge whether data are personal or confidential, and protect them before they are shared.",
                            "outcomeKind": "https://w3id.org/testamur/vocab#skill-outcome",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#outcome-4",
                            "type": ["LearningOutcome"],
                            "outcomeText": "Clean, document and version tabular data with scripts that others can run.",
                            "outcomeKind": "https://w3id.org/testamur/vocab#skill-outcome",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#outcome-5",
                            "type": ["LearningOutcome"],
                            "outcomeText": "Explain the FAIR principles, and where law, contracts or ethics set limits to them.",
                            "outcomeKind": "https://w3id.org/testamur/vocab#knowledge",
                        },
                    ],
                    "stacking": "https://w3id.org/testamur/vocab#stackable",
                    "tier": "https://w3id.org/testamur/vocab#intermediate",
                    "stackableTowards": ["Professional Data Steward"],
                    "syllabus": [
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#unit-1",
                            "type": ["SyllabusUnit"],
                            "unitTitle": "Planning",
                            "unitText": "Data management plans, roles, costs, and what funders ask for.",
                            "unitHours": "25",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#unit-2",
                            "type": ["SyllabusUnit"],
                            "unitTitle": "Documenting and cleaning",
                            "unitText": "Metadata, identifiers, tidy tables, versions, scripts that others can run.",
                            "unitHours": "35",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#unit-3",
                            "type": ["SyllabusUnit"],
                            "unitTitle": "Protecting",
                            "unitText": "Personal and confidential data, consent, pseudonyms, access.",
                            "unitHours": "25",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#unit-4",
                            "type": ["SyllabusUnit"],
                            "unitTitle": "Publishing and keeping",
                            "unitText": "Repositories, licences, the FAIR principles and their limits.",
                            "unitHours": "20",
                        },
                        {
                            "id": "https://credentials.uni.example/achievements/data-stewardship/v/1#unit-5",
                            "type": ["SyllabusUnit"],
                            "unitTitle": "Project and discussion",
                            "unitHours": "30",
                        },
                    ],
                    "syllabusVersion": "2026-1",
                    "syllabusDigest": "sha256:bca13331ea9713483efcfdd58b600436ef1e2db5f71a2e83060e75289c2a183e",
                    "feeStatement": "320 EUR",
                },
            },
            "evidence": [
                {
                    "id": "https://repository.uni.example/plan-1001",
                    "type": ["Evidence"],
                    "name": "Data management plan",
                    "digestSRI": "sha256-o/XB0uS2l4gSNFZ4kBI0VniQq83vq83vq83vq83vASM=",
                }
            ],
            "credentialStatus": {
                "id": "https://credentials.uni.example/status/euas/revocation/1#94567",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "94567",
                "statusListCredential": "https://credentials.uni.example/status/euas/revocation/1",
            },
            "credentialSchema": {
                "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
                "type": "1EdTechJsonSchemaValidator2019",
            },
        }
    )
