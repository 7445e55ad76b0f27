"""Owns the words of captions that say nothing of a subject, in English, German, French and Spanish.

Hand-picked: the commonest function words of four letters or more. Rarity alone does not find them in a small catalogue.
"""

EMPTY_WORDS = frozenset(
    # One text reads better than three hundred quoted words.
    """
    about after again also anything because been before being best both come could does down each else enough
    ever every everything from goes good have here into itself just keep know like little long look made make
    many more most mostly much must need never nobody none nothing only other ours over really same should
    since some something still such take than that their them then there these they thing this those through
    together under until upon usually very want watch well were what when where which while whom whose will
    with would yeah your yours
    aber alle alles also auch beim dann dass deine deinen deiner denn diese diesem diesen dieser dieses doch
    dort durch eine einem einen einer eines einmal etwas euch fast gegen genauso gibt habe haben hatte heute
    hier ihre immer jede jeder jedes jetzt kann kein keine meine mehr mein nach nicht nichts noch oder ohne
    sehr sein seine sich sind über unter viel viele vorn wann warum weil wenn werden wieder wird wurde
    zwischen
    ainsi alors aussi autre avec avoir bien cela celle cette ceux chaque comme dans depuis deux donc elle
    elles encore entre être fait fois leur leurs mais même moins notre nous pour plus quand sans sont sous
    tout tous toute très trois vers votre vous était voilà
    algo ahora algún antes aquí cada como cosa cuando desde donde ella ellas ellos entre eres esta estas este
    esto estos está están hasta hace hacia mucho menos mientras nada nunca otra otro para pero poco porque
    quien quiere sobre solo también tanto tiene toda todo todos unas unos viene
    """.split()  # noqa: SIM905 - see above
)
