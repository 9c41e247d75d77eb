"""Small word lists behind some signals, written for this project in the languages that its comments came in.

Words are single, in any spelling of case and accents; in scripts without spaces, pairs of characters.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commentguard.text.words import hash_words

_HALF: Final = np.array(16, np.uint32)

LEXICONS: Final[dict[str, str]] = {
    "vice": """viagra cialis levitra kamagra tramadol xanax valium ambien phentermine modafinil pharmacy pharmacies
        pills pill prescription rx apotheke farmacia casino casinos poker slots slot jackpot roulette blackjack betting
        bet bets gambling wager bingo judi togel taruhan казино ставки слоты porn porno xxx sex sexy nude escort
        escorts webcam hentai milf dating singles viagara порно секс steroids cbd kratom vape weed""",
    "money": """loan loans payday mortgage refinance lender lenders credit debt insurance insured bitcoin btc crypto
        forex trading trader binary invest investment investor investors profit profits earn earning income rich wealth
        cash bonus funds broker kredit darlehen prestamo prestamos credito pret займ кредит деньги заработок биткоин
        pinjaman emprestimo pozyczka kredyty 贷款 投资 赚钱""",
    "promotion": """buy cheap cheapest discount discounts coupon coupons sale sales deal deals shop shopping store
        online order price prices pricing offer offers free delivery shipping wholesale replica outlet brand handbags
        watches shoes jordan nike louis vuitton gucci supplier suppliers factory manufacturer company services service
        professional affordable guaranteed best top quality hire agency kaufen gunstig billig comprar barato acheter
        купить цена дешево скидки заказать услуги koupit levne satın ucuz mua beli murah 购买 优惠 服务""",
    "seo": """seo backlink backlinks traffic ranking rankings rank google serp keywords keyword marketing adsense
        affiliate monetize visitors followers subscribers likes leads website websites webmaster domain hosting
        wordpress plugin index indexed bot software automated promote promotion advertise advertising раскрутка
        продвижение сайт
        сайта""",
    "essay": """essay essays dissertation thesis assignment assignments homework coursework writer writers writing
        paper papers tutor academic plagiarism""",
    "contact": """whatsapp telegram viber skype gmail email mail contact call phone tel number toll helpline support
        customer visit click here link url website site channel subscribe join register signup download telephone
        anrufen
        kontakt contacto contactar звоните пишите звони 联系 微信 电话""",
    "magic": """spell spells caster casters herbal cure cured herpes healer doctor dr priest love ex husband wife lover
        marriage powerful testimony illuminati magic ritual temple lottery blessed""",
    "praise": """great nice good awesome amazing excellent fantastic wonderful superb brilliant impressive useful
        helpful
        informative interesting beautiful perfect love lovely cool fabulous outstanding terrific marvelous magnificent
        valuable insightful quality genial super toll danke merci gracias obrigado excelente otimo спасибо отлично
        bravo teşekkürler makasih mantap bagus hvala dziekuje dekuji skvele 谢谢 不错 很好""",
    "thanks": """thanks thank thx ty tks danke merci gracias obrigado obrigada grazie спасибо dzieki dziekuje dik diky
        dekuji tesekkurler sagolun terima kasih makasih bedankt tack takk kiitos 谢谢 感谢 多谢""",
    "first_person": """i im ive me my mine we our us ich mein mich wir je mon moi nous yo mi mio eu meu minha nos ja
        moje jsem mam я мне мой мы saya aku kami toi ben benim 我们 我的""",
    "reasoning": """because but however although though if since unless while whereas instead actually not dont doesnt
        didnt isnt cant wont wasnt why how what when where which aber weil wenn nicht mais parce si pas pero porque no
        mas porem nao ale protoze pokud nie но если потому не karena tapi jika tidak ama cunku 但是 因为 如果 不是""",
    "question": """how why what when where who which anyone does is can could would wie warum was wann wo comment
        pourquoi quand como por que jak proc co как почему что где bagaimana kenapa nasil neden 怎么 为什 什么 请问""",
    "site": """comment comments commenting form button submit login password account register registration theme
        template sidebar header footer font fonts feed rss subscribe subscription unsubscribe broken link links load
        loads loading mobile browser ssl certificate disqus wordpress blogger newsletter popup ads banner captcha site
        website webpage homepage page layout 404 favicon menu avatar gravatar staticman blog search archive""",
    "test": """test tests tested testing tester teste testin testen testando testing123 test123 test1 test2 checking
        check cheking ignore asdf asdfg qwerty sdf lorem ipsum dolor hello hi hey hallo hola ola salut bonjour ciao ahoj
        privet привет тест тестовый проверка prueba probando essai prova proba pokus zkouska deneme uji coba 测试 試験
        テスト 你好 blah bla foo bar baz hmm hmmm hm yo aaa abc abcd xyz working works work comment dummy sample""",
    "collector": """pearltrees delicious del icio digg reddit stumbleupon diigo scoop bookmark bookmarks bookmarked
        topsy tweets tweet twitter dotnetkicks kicks kicked dzone technorati pinboard instapaper flipboard hackernews
        lobsters shaarli links linkdump linkblog linkfest roundup digest clippings clipped saved repinned favorites
        favourites list listing daily weekly monthly friday monday sunday saturday morning news newsletter planet
        aggregator archive archives tag tagged tags category categories index home search results resources elsewhere
        reading mentioned miscellany""",
    "software": """code error bug function class method file files version install installed windows linux server
        database query script api app data test build run running compile debug python java javascript php ruby css
        html sql git github http json xml net framework library server thread memory cpu""",
}
"""Name of each list and its words."""

UNIONS: Final[dict[str, tuple[str, ...]]] = {
    "sold": ("vice", "money", "promotion", "seo", "essay", "magic"),
    "site_or_test": ("site", "test"),
}
"""Lists that are asked for as one, in which a word counts once."""
LISTS: Final = {name: column for column, name in enumerate((*LEXICONS, *UNIONS))}
"""The column of each list and union."""


@lru_cache(maxsize=1)
def _table() -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.float32]]:
    """Return the hashes of all words in order, for each the number of its set of lists, and which lists a set has."""
    lists: dict[int, tuple[int, ...]] = {}
    for number, listed in enumerate(LEXICONS.values()):
        for word_hash in dict.fromkeys(hash_words(listed.split()).tolist()):
            lists[word_hash] = (*lists.get(word_hash, ()), number)
    keys = sorted(lists)
    sets = {found: number for number, found in enumerate(dict.fromkeys(lists[key] for key in keys))}
    has = np.zeros((len(sets), len(LISTS)), dtype=np.float32)
    for found, number in sets.items():
        has[number, list(found)] = 1
    for union, names in UNIONS.items():
        has[:, LISTS[union]] = has[:, [LISTS[name] for name in names]].max(axis=1)
    return np.array(keys, dtype=np.uint32), np.array([sets[lists[key]] for key in keys]), has


@lru_cache(maxsize=1)
def _beginnings() -> tuple[NDArray[np.bool_], NDArray[np.int64], int]:
    """Return which upper halves the hashes of listed words have, the first word of each, and the most that share one.

    Of shapes (65536,), (65536,).
    """
    halves = _table()[0] >> 16
    sharing = np.bincount(halves, minlength=1 << 16)
    return sharing > 0, sharing.cumsum() - sharing, int(sharing.max())


def sets_of(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which words, given by their hashes, stand in a list, and of each the number of its set of lists."""
    keys, sets, _ = _table()
    begin, firsts, most = _beginnings()
    halves = hashes >> _HALF
    (possible,) = begin.take(halves).nonzero()  # few: most words are spared a closer look
    wanted = hashes.take(possible)
    at = firsts.take(halves.take(possible))
    for _ in range(most - 1):
        at += keys.take(at, mode="clip") < wanted
    found = keys.take(at, mode="clip") == wanted
    return possible[found], sets.take(at[found])


def lists_of_sets() -> NDArray[np.float32]:
    """Return 1 where a set has a list, else 0, shape (n_sets, len(LISTS))."""
    return _table()[2]
