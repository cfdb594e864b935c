"""Synonyms in search: subjects whose names learners type in Russian, in English, or in Latin letters.

One line is one subject: a search for any of its words, in any inflection, also finds courses with the others, which
rank below those that have the word as typed in the same place. Only single words work, in lower case and without "ё". A
word belongs into one line, and only if no other meaning of it, or of a word with the same stem, is usual in courses
("право" is law, and right).
"""

from collections.abc import Mapping, Sequence

SUBJECTS = """
    programming программирование programmirovanie
    python питон пайтон
    javascript джаваскрипт js
    typescript тайпскрипт ts
    java джава ява
    kotlin котлин
    swift свифт
    react реакт
    angular ангуляр
    django джанго
    frontend фронтенд
    backend бэкенд бекенд
    linux линукс
    docker докер
    kubernetes кубернетес k8s
    devops девопс
    git гит
    android андроид
    algorithms алгоритмы algoritmy
    robotics робототехника
    electronics электроника
    excel эксель
    photoshop фотошоп
    figma фигма
    blender блендер
    unity юнити
    photography photo фотография фото fotografia fotografiya
    video видео
    animation анимация
    illustration иллюстрация
    design дизайн dizain dizayn
    drawing рисование risovanie
    music музыка muzyka muzika
    guitar гитара gitara
    piano фортепиано пианино
    singing вокал пение
    cooking кулинария kulinaria
    baking выпечка
    yoga йога
    fitness фитнес
    meditation медитация
    gardening садоводство
    knitting вязание
    sewing шитье
    chess шахматы shahmaty
    english английский angliyskiy
    german немецкий
    french французский
    spanish испанский
    italian итальянский
    chinese китайский
    japanese японский
    russian русский russkiy
    science наука
    mathematics maths математика matematika
    statistics статистика statistika
    algebra алгебра
    geometry геометрия
    physics физика fizika
    chemistry химия
    biology биология
    astronomy астрономия
    history история istoriya
    philosophy философия
    psychology психология psihologiya
    economics экономика
    finance финансы
    accounting бухгалтерия
    business бизнес biznes
    marketing маркетинг
    management менеджмент
    sales продажи
    entrepreneurship предпринимательство
    nutrition питание
"""


def subjects() -> Sequence[Sequence[str]]:
    """Return the words of each subject."""
    return [line.split() for line in SUBJECTS.strip().splitlines()]


def synonyms_of(stems: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Return the stems of a stem's synonyms, given the stem of each word."""
    groups = [list(dict.fromkeys(stems[word] for word in subject)) for subject in subjects()]
    return {stem: [other for other in group if other != stem] for group in groups for stem in group}
