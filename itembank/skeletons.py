"""A commented first draft of an item, which already loads: the author replaces the words.

What every field is for stands beside it, in French, the language in which items are written.
"""

from __future__ import annotations

from datetime import date

from itembank.framework import Skill
from itembank.item import Interaction
from itembank.tasks.tools import NAMES

SUGGESTED = {
    "text_hotspot": "hotspot",
    "settings_dialog_task": "settings",
    "form_task": "form",
    "spreadsheet_task": "spreadsheet",
    "file_explorer_task": "explorer",
    "mailbox_task": "mailbox",
    "shell_code_task": "program",
    "calendar_task": "calendar",
    "browser_url_task": "browser",
}
"""The blueprint's name of an interaction -> the item's, where they differ."""

_BODIES = {
    Interaction.SINGLE_CHOICE: """\
      choices:                  # 3 à 5, de longueurs voisines ; une seule bonne
        - text: La bonne réponse, ni la plus longue ni la plus prudente.
          key: true
        - text: Une erreur que l'on fait vraiment, pas une plaisanterie.
          misconception: l'idée fausse derrière cette erreur
        - text: Une autre erreur courante, dite avec le même soin.
          misconception: l'autre idée fausse
""",
    Interaction.MULTIPLE_CHOICE: """\
      choices:                  # 4 à 6 ; la question dit combien de réponses sont attendues
        - text: Une première bonne réponse.
          key: true
        - text: Une seconde bonne réponse.
          key: true
        - text: Une erreur que l'on fait vraiment.
          misconception: l'idée fausse derrière cette erreur
        - text: Une autre erreur courante.
          misconception: l'autre idée fausse
""",
    Interaction.SHORT_TEXT: """\
      accept: [corbeille, la corbeille]   # toutes les formes acceptées
      distance: 1               # fautes de frappe admises dans un mot ; 0 pour un code ou une adresse
      hint: un seul mot         # affiché sous le champ
""",
    Interaction.NUMERIC: """\
      value: 12
      tolerance: 0
      unit: Mo                  # affichée après le champ ; à enlever s'il n'y en a pas
""",
    Interaction.ORDERING: """\
      steps:                    # 3 à 6, dans le bon ordre ; le kiosque les mélange
        - Le premier geste.
        - Le deuxième geste.
        - Le troisième geste.
""",
    Interaction.MATCHING: """\
      pairs:                    # 3 à 5
        - {left: premier objet, right: sa place}
        - {left: deuxième objet, right: son autre place}
        - {left: troisième objet, right: une place encore}
      extra_rights: [une place de trop]
""",
    Interaction.HOTSPOT: """\
      text: |                   # chaque zone entre doubles crochets, 2 à 8 zones
        Un texte où l'on choisit [[une zone]], [[la bonne]] ou [[une autre]].
      key: [2]                  # numéros des bonnes zones, à partir de 1
""",
    Interaction.SPREADSHEET: """\
      columns: 2
      rows: 4
      cells: {A1: Article, B1: Prix, A2: Vis, B2: 12, A3: Clous, B3: "7,5", A4: Total}
      goals:                    # un point chacun ; rien ne doit être atteint sans rien faire
        - name: le total est juste
          cell: B4
          value: 19.5
        - name: le total suit quand un prix change
          cell: B4
          formula: true
          variants: [{set: {B2: 20}, value: 27.5}]
    solution:                   # les actions qui donnent tous les points
      - {do: set, cell: B4, input: "=SOMME(B2:B3)"}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: un nombre tapé, points: 1, actions: [{do: set, cell: B4, input: "19,5"}]}
""",
    Interaction.MAILBOX: """\
      me: {name: Karim Benali, address: karim.benali@courriel.example}
      contacts: [{name: Mme Okoro, address: okoro@transport.example}]
      files: [attestation.pdf]
      messages:
        - id: m1
          from: {name: Mme Okoro, address: okoro@transport.example}
          to: [karim.benali@courriel.example]
          date: lundi 9 h 12
          subject: Votre attestation
          body: Bonjour, merci de m'envoyer votre attestation.
      goals:                    # un point chacun
        - name: la réponse est partie à Mme Okoro
          when: [{sent: {reply_to: m1, to: [okoro@transport.example]}}]
        - name: l'attestation est jointe
          when: [{sent: {reply_to: m1, attachments: [attestation.pdf]}}]
    solution:                   # les actions qui donnent tous les points
      - {do: reply, message: m1}
      - {do: attach, file: attestation.pdf}
      - {do: send}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: sans la pièce jointe, points: 1, actions: [{do: reply, message: m1}, {do: send}]}
""",
    Interaction.SETTINGS: """\
      title: Réglages du téléphone
      pages:
        - id: vie-privee
          title: Vie privée
          controls:             # kind : switch, choice, number, text, button ou note
            - {id: position, kind: switch, label: Position, value: true}
            - {id: visible, kind: choice, label: Qui voit mon profil, options: [Tout le monde, Mes amis], value: Tout le monde}
      goals:                    # un point chacun
        - name: la position est coupée
          when: [{is: {position: false}}]
        - name: seuls les amis voient le profil
          when: [{is: {visible: Mes amis}}]
    solution:                   # les actions qui donnent tous les points
      - {do: put, control: position, value: false}
      - {do: put, control: visible, value: Mes amis}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: la position seule, points: 1, actions: [{do: put, control: position, value: false}]}
""",
    Interaction.FORM: """\
      title: Inscription à un atelier
      receipt: Inscription envoyée.
      steps:                    # chaque étape est vérifiée avant la suivante
        - title: Vous
          fields:               # kind : text, date, number, email, phone, postcode, choice, several, tick ou file
            - {id: nom, label: Nom, required: true}
            - {id: pub, kind: tick, label: Je veux recevoir de la publicité, value: true}
      goals:                    # un point chacun
        - name: la publicité est refusée
          when: [{is: {pub: false}}]
        - name: la demande est partie au bon nom
          when: [{is: {nom: Sow}}, {submitted: true}]
    solution:                   # les actions qui donnent tous les points
      - {do: fill, field: nom, value: Sow}
      - {do: fill, field: pub, value: false}
      - {do: next}
      - {do: submit}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: sans envoyer, points: 1, actions: [{do: fill, field: pub, value: false}]}
""",
    Interaction.EXPLORER: """\
      tree:                     # dossiers ; un fichier : « taille, date : ce qu'il montre »
        Documents:
          Factures: {}
          facture_mai.pdf: "90 Ko, 31/05/2026 : une facture"
          photo.jpg: "2 Mo, 12/04/2026"
      goals:                    # un point chacun
        - name: la facture est dans le dossier Factures
          when: [{at: {Documents/facture_mai.pdf: Documents/Factures/facture_mai.pdf}}]
        - name: la photo est à la corbeille
          when: [{in_trash: [Documents/photo.jpg]}]
    solution:                   # les actions qui donnent tous les points
      - {do: move, item: Documents/facture_mai.pdf, to: Documents/Factures}
      - {do: delete, item: Documents/photo.jpg}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: la facture supprimée, points: 0, actions: [{do: delete, item: Documents/facture_mai.pdf}]}
""",
    Interaction.BROWSER: """\
      engine: Trouvetout
      pages:                    # adresses réservées seulement : .example, .test
        - url: https://ville-exemple.example
          title: Ville-Exemple, le site de la ville
          text: Bienvenue.
          found_by: [ville, mairie]
          links: [{text: Horaires, to: "https://ville-exemple.example/horaires"}]
        - url: https://ville-exemple.example/horaires
          title: Horaires de la mairie
          text: Ouvert de 9 h à 17 h.
      goals:                    # un point chacun
        - name: la page des horaires est ouverte
          when: [{open: ["https://ville-exemple.example/horaires"]}]
        - name: elle est dans les favoris
          when: [{bookmarked: ["https://ville-exemple.example/horaires"]}]
    solution:                   # les actions qui donnent tous les points
      - {do: go, address: ville-exemple.example}
      - {do: follow, link: 0}
      - {do: bookmark}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: sans favori, points: 1, actions: [{do: go, address: ville-exemple.example/horaires}]}
""",
    Interaction.CALENDAR: """\
      first: 2026-11-23         # un lundi
      weeks: 1
      people: [Mme Okoro]
      events:
        - {id: medecin, title: Médecin, day: 2026-11-24, start: "10:00", end: "10:30"}
      goals:                    # un point chacun
        - name: le rendez-vous est déplacé à 14 h
          when: [{event: {id: medecin, day: 2026-11-24, start: "14:00"}}]
        - name: Mme Okoro est invitée
          when: [{event: {id: medecin, guests: [Mme Okoro]}}]
    solution:                   # les actions qui donnent tous les points
      - {do: place, event: medecin, day: "2026-11-24", start: 14 h, end: 14 h 30}
      - {do: invite, event: medecin, guests: [Mme Okoro]}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: sans déplacer, points: 1, actions: [{do: invite, event: medecin, guests: [Mme Okoro]}]}
""",
    Interaction.CONVERSATION: """\
      me: Karim
      channels:
        - {id: quartier, title: Quartier des Lilas, reach: public}
        - {id: lea, title: Léa, reach: private}
      posts:
        - {id: p1, channel: quartier, author: Gagnez1000, time: 9 h, text: Donnez votre code !}
        - {id: p2, channel: lea, author: Léa, time: 9 h 20, text: "Tu viens demain ?"}
      goals:                    # un point chacun
        - name: l'arnaque est signalée
          when: [{reported: {p1: [scam]}}]
        - name: Karim répond à Léa en privé
          when: [{posted: {channel: lea, reply_to: p2, contains: [oui]}}]
    solution:                   # les actions qui donnent tous les points
      - {do: report, post: p1, reason: scam}
      - {do: go, channel: lea}
      - {do: reply, post: p2, text: Oui}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: le signalement seul, points: 1, actions: [{do: report, post: p1, reason: scam}]}
""",
    Interaction.DOCUMENT: """\
      name: affiche.odt
      blocks:                   # un paragraphe : text, style, faces, align ; ou une image, un sommaire, un saut de page
        - {id: titre, text: Atelier vélo, style: body}
        - {id: quand, text: Rendez-vous samedi à 15 h.}
      goals:                    # un point chacun
        - name: le titre a le style « titre »
          when: [{style: {titre: title}}]
        - name: l'heure est corrigée
          when: [{contains: {quand: [14 h]}}]
    solution:                   # les actions qui donnent tous les points
      - {do: style, block: titre, style: title}
      - {do: write, block: quand, text: Rendez-vous samedi à 14 h.}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: le style seul, points: 1, actions: [{do: style, block: titre, style: title}]}
""",
    Interaction.PROGRAM: """\
      world: robot              # ou values : des variables, une liste, des messages
      palette: [forward, left, right, repeat]   # les instructions que l'on peut écrire
      program: [forward, {blank: null}]         # les lignes de départ ; blank est à compléter
      cases:                    # les essais ; avec « hidden: true », ils comptent sans être montrés
        - id: couloir
          title: le couloir
          map: |                # mur #, libre ., objet o, arrivée X, robot ^ > v ou <
            > . X
            # # #
      goals:                    # un point chacun ; on juge ce que fait le programme, pas ses mots
        - name: le robot arrive
          when: [{passes: all}]
        - name: le programme complet a été essayé
          when: [{tried: true}, {passes: all}]
    solution:                   # les actions qui donnent tous les points
      - {do: change, line: 2, what: forward}
      - {do: go, place: try}
      - {do: finish}
    routes:                     # d'autres parcours, avec les points qu'ils doivent donner
      - {name: sans l'essayer, points: 1, actions: [{do: change, line: 2, what: forward}]}
""",
}

_FAMILY = """\
    # Ce qui change d'un clone à l'autre ; {qui} dans un texte est remplacé. Voir docs/items.md, « Families ».
    slots:
      qui: person               # prénom, nom, genre, métier : {qui}, {qui.il}, {qui.metier}, {qui.e}
      ville: city               # {à:ville}, {de:ville}
      n: {type: number, from: 2, to: 9}
    let:                        # calculs, dans l'ordre
      double: 2 * n
    where:                      # ce qui doit être vrai ; sinon on tire de nouveau
      - double != 10
"""


def suggested_interaction(skill: Skill) -> Interaction:
    """The interaction that the blueprint suggests."""
    return Interaction(SUGGESTED.get(skill.interaction, skill.interaction))


def skeleton(
    skill: Skill, interaction: Interaction, letter: str, today: date, *, family: bool = False
) -> str:
    """A content file with one item of `skill`, commented; `letter` ends its id."""
    review = today.replace(year=today.year + 2, day=min(today.day, 28))
    who, place = ("{qui}, {qui.metier} {à:ville},", "") if family else ("Leïla, aide à domicile,", "")
    words = 60 if interaction in NAMES else 40
    return f"""\
# Acquis visé, niveau {skill.level} : {skill.can_do}
# Vérifier : kiosk bank lint CE_FICHIER.  Voir comme un candidat : kiosk bank preview {skill.id}-{letter} CE_FICHIER
topic: {skill.topic}
items:
  - id: {skill.id}-{letter}        # l'acquis, puis une lettre ; un identifiant ne sert qu'une fois
    skill: {skill.id}
    interaction: {interaction}
    sector: neutral             # neutral, tertiary, industry, crafts, agriculture ou personal_services
{_FAMILY if family else ""}\
    situation: >-               # au plus {words} mots, une personne nommée ; à enlever si elle ne sert pas à répondre
      {who} est dans une situation de travail ou de vie courante.{place}
    question: Que fait-{"{qui.il}" if family else "elle"} d'abord ?      # une seule idée
    body:
{_BODIES[interaction]}\
    feedback:                   # au plus 30 mots chacun ; on apprend quelque chose, on ne juge pas
      right: Oui, et voici pourquoi en une phrase.
      wrong: Le bon réflexe, dit avec bienveillance, et sa raison.
    tip: Une chose à retenir, en une phrase.
    plain:                      # facile à lire et à comprendre : phrases de douze mots au plus
      situation: {"'{qui} a un choix à faire.'" if family else "Leïla a un choix à faire."}
      question: Que doit-{"{qui.il}" if family else "elle"} faire ?
    # translations:             # en anglais : situation, question, body, feedback, tip
    #   en: {{situation: ..., question: ..., feedback: {{right: ..., wrong: ...}}, tip: ...}}
    # learn_more: {skill.topic}    # le sujet à lire ensuite, si ce n'est pas celui-ci
    # accessibility: ce qu'une personne qui n'y voit pas doit savoir
    # enemies: []               # familles à ne pas donner dans le même test
    author: votre nom
    written: {today.isoformat()}
    review: {review.isoformat()}          # deux ans au plus pour ce qui vieillit (loi, prix, écrans)
    sources: []                 # pour un fait : le texte, l'article, la date
"""
