"""The raw material of the sender's old letters: who writes, about what, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Style(Enum):
    """How a letter is built."""

    PLAIN = "plain"
    FLOWED = "flowed"
    QUOTED_PRINTABLE = "quoted-printable"
    BASE64 = "base64"
    LATIN = "latin"
    HTML = "html"
    ALTERNATIVE = "alternative"
    ATTACHMENT = "attachment"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Somebody who writes to the sender. `route` is the protocol of the hop into the provider, as Received tells it."""

    name: str
    address: str
    style: Style = Style.PLAIN
    route: str = "ESMTPS"
    inside: bool = False  # has a mailbox at the same provider
    list_id: str = ""
    subjects: tuple[str, ...] = ()


BANK = Writer(
    name="Bob Berger, Example Bank",
    address="bob@bank.example",
    style=Style.ATTACHMENT,
    subjects=("Your statement for {month}", "Appointment on {day}", "New terms from {month}", "Card ending in 4711"),
)
SHOP = Writer(
    name="Example Shop",
    address="service@shop.example",
    style=Style.ALTERNATIVE,
    subjects=(
        "Your order {number} is on its way",
        "Receipt for order {number}",
        "Back in stock: teapots",
        "Order {number}",
    ),
)
CLUB_LIST = Writer(
    name="Erin Eklund",
    address="erin@club.example",
    style=Style.LIST,
    list_id="Hiking <hiking.club.example>",
    subjects=(
        "[hiking] Sunday: lake or ridge?",
        "[hiking] Who has the big tent?",
        "[hiking] Minutes of {month}",
    ),
)
OLD_SERVER = Writer(
    name="Grace Gill",
    address="grace@oldserver.example",
    route="ESMTP",
    subjects=("The old photographs", "Re: your visit", "greetings from the coast", "recipe"),
)
WRITERS = (
    BANK,
    SHOP,
    CLUB_LIST,
    OLD_SERVER,
    Writer(
        name="Carol Castro",
        address="carol@university.example",
        style=Style.FLOWED,
        subjects=(
            "Reading group on {day}",
            "Draft of chapter {small}",
            "Room {number} is ours again",
            "the grant, once more",
        ),
    ),
    Writer(
        name="Dave Dupré",
        address="dave@shop.example",
        style=Style.QUOTED_PRINTABLE,
        subjects=("Déjeuner {day} ?", "Les photos de l'été", "Réponse à ta question", "Bon anniversaire !"),
    ),
    Writer(
        name="Frank Förster",
        address="frank@office.example",
        style=Style.LATIN,
        subjects=("Schlüssel fürs Büro", "Überstunden im {month}", "Grüße aus Köln", "Protokoll vom {day}"),
    ),
    Writer(
        name="Heidi Holm",
        address="heidi@broken.example",
        route="ESMTP",
        subjects=("server trouble again", "did you get my letter?", "new telephone number"),
    ),
    Writer(
        name="伊藤 花",
        address="hana@university.example",
        style=Style.BASE64,
        subjects=("{month}の研究会について", "資料をお送りします", "来週の予定"),
    ),
    Writer(
        name="Иван Иванов",
        address="ivan@museum.example",
        style=Style.BASE64,
        subjects=("Выставка в музее", "Билеты на {day}", "Фотографии"),
    ),
    Writer(
        name="Judy Jones, Notary",
        address="judy@notary.example",
        style=Style.ATTACHMENT,
        subjects=("Deed {number}: draft for your signature", "Signing on {day}", "Invoice {number}"),
    ),
    Writer(
        name="Peggy Parker",
        address="peggy@home.example",
        inside=True,
        subjects=("the cat", "Parcel for you downstairs", "Choir practice on {day}", "water pipe, third floor"),
    ),
    Writer(
        name="Museum newsletter",
        address="info@museum.example",
        style=Style.HTML,
        subjects=("{month} at the museum", "Free entry on {day}", "Behind the scenes: the whale"),
    ),
)

JUNK = (
    ("Lottery Office", "winner@prize.example", "YOU HAVE WON {number}00000"),
    ("● Link-secure bank", "security@bank-example.example", "Confirm your password today"),
    ("alice@home.example", "boss@elsewhere.example", "Quick favour, are you at your desk?"),
    ("Watches", "deals@cheap.example", "Re: Re: Re: your order"),
    ("\x1b]0;owned\x07Admin", "root@nowhere.example", "Mailbox full \x1b[31mACT NOW\x1b[0m"),
    ("\u202eelpmaxe.knab@bob", "x@nowhere.example", "Invoice \u202egpj.exe"),
)

PARAGRAPHS = (
    "I went through the papers last night and found the page. It was in the blue folder, between two insurances.",
    "Could you read the second half before {day}? I am not sure that anybody will follow the argument after the break.",
    "We would be seven people, perhaps eight. Bring a torch; nobody wants a repetition of last year.",
    "The trains are not running on {day}, so I shall come by bicycle. If it rains I shall be late.",
    "Thank you for the jam. Half of it is gone already. I have been told to ask for the recipe as if by the way.",
    "Nothing new from the landlord. I have written to him twice; the third letter will be registered.",
    "You asked for the number: it is {number}. Please don't write it on the outside of the envelope this time.",
    "My mother sends her love and wants to know whether the cat is eating again.",
    "The meeting is moved to {day}, same room. There will be cake, which is why it was moved.",
    "I know that this is dull, but it has to be decided: do we renew the contract in {month}, or let it run out?",
)

FOREIGN = {
    Style.QUOTED_PRINTABLE: "Merci pour ta lettre. La maison sera prête, le jardin peut-être. N'oublie pas les clés.",
    Style.LATIN: "Die Schlüssel liegen beim Hausmeister. Die Tür bitte zweimal abschließen. Schöne Grüße.",
    Style.BASE64: "来週の金曜日に研究会があります。\r\n\r\nСпасибо за письмо! Билеты уже у меня, встретимся у входа.",
}

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CLOSINGS = ("Best wishes", "Yours", "See you", "With kind regards", "In haste", "Love")
