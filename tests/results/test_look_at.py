"""What is pointed out in comments, and what is not: phrases as people write them."""

from __future__ import annotations

import pytest

from pmdiag_build.results.look_at import E_MAIL, NAME, SERVICE, TELEPHONE, look_at, words_of_names


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Sarah Jones in performance does it all.", NAME, "Sarah Jones"),
        ("David's team keeps its own list", NAME, "David"),
        ("If in doubt ask Will, he knows.", NAME, "Will"),
        ("ask sarah in finance", NAME, "sarah"),
        ("Only Cllr Okonkwo reads them.", NAME, "Okonkwo"),
        ("Thanks to Dr. Patel we have a plan", NAME, "Patel"),
        ("Mr T. Evans said so", NAME, "T. Evans"),
        ("Contact Priyanka Raghunathan", NAME, "Priyanka Raghunathan"),
        ("The group is led by Oluwaseun.", NAME, "Oluwaseun"),
        ("my line manager, Bronislava, said no", NAME, "Bronislava"),
        ("Write to jo.bloggs@exampleshire.gov.uk.", E_MAIL, "jo.bloggs@exampleshire.gov.uk"),
        ("Call me on 01392 384 555", TELEPHONE, "01392 384 555"),
        ("(01392) 384555 after 3", TELEPHONE, "(01392) 384555"),
        ("+44 7700 900123", TELEPHONE, "+44 7700 900123"),
        ("ring ext 4421", TELEPHONE, "ext 4421"),
        ("I have worked here for 12 years and nothing changed", SERVICE, "I have worked here for 12 years"),
        ("In my 20 years nobody asked", SERVICE, "my 20 years"),
        ("With 15 years' service I know", SERVICE, "15 years' service"),
        ("As a manager with seven years of experience", SERVICE, "seven years of experience"),
        ("Since I joined in 2009 we had four systems", SERVICE, "I joined in 2009"),
        ("I've been in this team since 1998.", SERVICE, "I've been in this team since 1998"),
        ("in my first year here", SERVICE, "my first year"),
    ],
)
def test_what_may_give_somebody_away_is_pointed_out(text: str, kind: str, words: str) -> None:
    assert [(kind, words)] == list(look_at(text))


@pytest.mark.parametrize(
    "text",
    [
        "The data is three years old, and the plan is a three year plan.",
        "We look at data over the last 5 years. It has been used for two years.",
        "We have 12 months of data. Every 3 months we look at the service.",
        "The report has been late since 2019; we started in 2018.",
        "Mark my words. Will this be used? Rose by 10 percent. Frank discussions are rare.",
        "The Chief Executive and Children's Services use Power BI and Microsoft Teams in May and June.",
        "It is led by Children's Services, and we contact Ofsted or ask Adult Social Care.",
        "The system called Mosaic; Red, Amber, Green; the Dedicated Schools Grant.",
        "Ask why. ask staff, tell people, reports to Cabinet, done by Friday, written by hand",
        "Call centre handled 4421 calls between 01/02/2024 and 01-03-2024 10:30.",
        "1,234,567 contacts, 10 000 000 000 rows, statement 3.10, 2013-2014",
        "Training for new Members. Our Manager, Team Leader and Head of Service",
        "",
    ],
)
def test_what_gives_nobody_away_is_not_pointed_out(text: str) -> None:
    assert [] == list(look_at(text))


def test_names_that_the_round_knows_are_pointed_out() -> None:
    own = words_of_names(["Zebedee Green", "Ann-Marie O'Sullivan"])

    assert [(NAME, "Zebedee")] == list(look_at("Zebedee knows. Green is the colour.", own))
    assert [(NAME, "Green")] == list(look_at("This is for Green to decide.", own))
    assert [] == list(look_at("Zebedee knows."))


def test_several_are_pointed_out_and_each_once() -> None:
    found = list(look_at("Ask Helen. Helen is on ext 4421, or helen@example.org."))

    assert [(NAME, "Helen"), (E_MAIL, "helen@example.org"), (TELEPHONE, "ext 4421")] == found
