from __future__ import annotations

import pytest

from scraper.article import Article
from scraper.extract.assemble import extract_article

# language: three paragraphs of an article, a plea, a newsletter prompt, a line that points elsewhere
LANGUAGES: dict[str, tuple[str, ...]] = {
    "en": (
        "The harbor council voted on Tuesday to rebuild the old ferry pier, ending a dispute of many years.",
        "Work will begin in April, the mayor told reporters after the vote, and last until the autumn.",
        "Donors gave two million for the pier, and the council sends a newsletter about it to all homes.",
        "If you value our journalism, please consider a donation: your support keeps the Lantern free to read.",
        "Sign up for our newsletter and get the news of the coast delivered to your inbox every morning.",
        "ALSO READ: Pear growers fear a late frost",
    ),
    "de": (
        "Der Hafenrat hat am Dienstag beschlossen, den alten Steg neu zu bauen, und beendet damit einen langen Streit.",
        "Die Arbeiten beginnen im April, sagte die Bürgermeisterin nach der Sitzung, und dauern bis zum Herbst.",
        "Für den Steg gingen Spenden von zwei Millionen ein, und der Rat schickt einen Newsletter an alle Haushalte.",
        "Unterstützen Sie unabhängigen Journalismus: Mit Ihrer Spende bleibt unsere Arbeit für alle frei zugänglich.",
        "Abonnieren Sie unseren Newsletter und erhalten Sie jeden Morgen das Wichtigste von der Küste.",
        "Lesen Sie auch: Birnbauern fürchten späten Frost",
    ),
    "fr": (
        "Le conseil du port a voté mardi la reconstruction de la vieille jetée, mettant fin à des années de dispute.",
        "Les travaux commenceront en avril, a dit la maire après le vote, et dureront jusqu'à l'automne prochain.",
        "Des donateurs ont offert deux millions pour la jetée, et le conseil envoie une lettre à tous les foyers.",
        "Soutenez une presse indépendante : faites un don pour que nos enquêtes restent libres d'accès.",
        "Inscrivez-vous à notre newsletter pour recevoir chaque matin l'essentiel de la côte.",
        "Lire aussi : Les producteurs de poires craignent le gel",
    ),
    "es": (
        "El consejo del puerto votó el martes la reconstrucción del viejo muelle y puso fin a una disputa de años.",
        "Las obras empezarán en abril, dijo la alcaldesa tras la votación, y durarán hasta el otoño del año próximo.",
        "Los donantes dieron dos millones para el muelle, y el consejo envía un boletín a todos los hogares.",
        "Haz una donación y apoya nuestro periodismo independiente, que depende de nuestros lectores.",
        "Suscríbete a nuestro boletín y recibe en tu correo las noticias de la costa cada mañana.",
        "Lea también: Los productores de peras temen la helada",
    ),
    "pt": (
        "O conselho do porto aprovou na terça-feira a reconstrução do velho cais e encerrou uma disputa de anos.",
        "As obras começam em abril, disse a prefeita depois da votação, e vão até o outono do ano que vem.",
        "Doadores deram dois milhões para o cais, e o conselho envia um boletim a todas as casas da ilha.",
        "Faça uma doação e apoie o nosso jornalismo independente. Precisamos do seu apoio para continuar.",
        "Assine a nossa newsletter e receba no seu e-mail as notícias da costa todas as manhãs.",
        "Leia também: Produtores de peras temem a geada",
    ),
    "it": (
        "Il consiglio del porto ha votato martedì la ricostruzione del vecchio molo, chiudendo una lite di anni.",
        "I lavori cominceranno in aprile, ha detto la sindaca dopo il voto, e dureranno fino all'autunno prossimo.",
        "I donatori hanno dato due milioni per il molo, e il consiglio manda una lettera a tutte le case.",
        "Fai una donazione: il tuo sostegno rende possibile il nostro giornalismo indipendente ogni giorno.",
        "Iscriviti alla nostra newsletter e ricevi nella tua casella le notizie della costa ogni mattina.",
        "Leggi anche: I coltivatori di pere temono il gelo",
    ),
    "nl": (
        "De havenraad stemde dinsdag voor de herbouw van de oude pier en maakte een einde aan een jarenlange ruzie.",
        "Het werk begint in april, zei de burgemeester na de stemming, en duurt tot de herfst van volgend jaar.",
        "Gevers schonken twee miljoen voor de pier, en de raad stuurt een brief aan alle huizen op het eiland.",
        "Doneer nu en steun onze onafhankelijke journalistiek. Uw donatie helpt onze redactie verder.",
        "Schrijf je in voor onze nieuwsbrief en ontvang elke ochtend het nieuws van de kust.",
        "Lees ook: Perentelers vrezen late vorst",
    ),
    "sv": (
        "Hamnrådet röstade på tisdagen för att bygga upp den gamla piren och avslutade därmed en lång tvist.",
        "Arbetet börjar i april, sade borgmästaren efter omröstningen, och varar till hösten nästa år.",
        "Givare skänkte två miljoner till piren, och rådet skickar ett brev till alla hem på ön varje vår.",
        "Stöd vår oberoende journalistik: ditt bidrag gör att våra läsare kan läsa fritt varje dag.",
        "Prenumerera på vårt nyhetsbrev och få nyheterna från kusten i din inkorg varje morgon.",
        "Läs också: Päronodlare fruktar sen frost",
    ),
    "pl": (
        "Rada portu zagłosowała we wtorek za odbudową starego molo i zakończyła wieloletni spór właścicieli.",
        "Prace zaczną się w kwietniu, powiedziała burmistrzyni po głosowaniu, i potrwają do jesieni.",
        "Darczyńcy dali dwa miliony na molo, a rada wysyła list do wszystkich domów na wyspie każdej wiosny.",
        "Wesprzyj niezależne dziennikarstwo. Twoja wpłata pomaga naszej redakcji pracować dla wszystkich.",
        "Zapisz się na newsletter i otrzymuj najważniejsze wiadomości z wybrzeża na swoją skrzynkę.",
        "Czytaj też: Sadownicy boją się późnych przymrozków",
    ),
    "ru": (
        "Совет порта во вторник проголосовал за восстановление старого причала и завершил многолетний спор.",
        "Работы начнутся в апреле, сказала мэр после голосования, и продлятся до осени следующего года.",
        "Жители собрали на причал два миллиона, а совет каждую весну рассылает письма во все дома острова.",
        "Поддержите независимую журналистику: сделайте пожертвование, чтобы наша редакция могла работать.",
        "Подпишитесь на нашу рассылку и получайте главные новости побережья каждое утро.",
        "Читайте также: Садоводы опасаются поздних заморозков",
    ),
    "uk": (
        "Рада порту у вівторок проголосувала за відбудову старого причалу і завершила багаторічну суперечку.",
        "Роботи почнуться у квітні, сказала мерка після голосування, і триватимуть до осені наступного року.",
        "Мешканці зібрали на причал два мільйони, а рада щовесни надсилає листи до всіх домівок острова.",
        "Підтримайте незалежну журналістику. Ваш внесок допомагає нашій редакції працювати далі.",
        "Підпишіться на нашу розсилку й отримуйте головні новини узбережжя щоранку.",
        "Читайте також: Садівники бояться пізніх заморозків",
    ),
    "tr": (
        "Liman meclisi salı günü eski iskelenin yeniden yapılması için oy verdi ve yıllar süren tartışmayı bitirdi.",
        "Çalışmalar nisanda başlayacak, dedi belediye başkanı oylamadan sonra, ve sonbahara kadar sürecek.",
        "Ada halkı iskele için iki milyon topladı ve meclis her bahar bütün evlere birer mektup gönderiyor.",
        "Bağımsız gazetecilik için bize destek olun, bağışınız okurlarımız için çok önemli.",
        "Bültenimize abone olun, kıyının haberleri her sabah e-posta kutunuza gelsin.",
        "Bunu da oku: Armut üreticileri dondan korkuyor",
    ),
    "ar": (
        "صوت مجلس الميناء يوم الثلاثاء لصالح إعادة بناء الرصيف القديم منهيا خلافا دام سنوات طويلة بين الملاك.",
        "تبدأ الأعمال في نيسان كما قالت رئيسة البلدية بعد التصويت وتستمر حتى خريف العام المقبل.",
        "جمع سكان الجزيرة مليونين من أجل الرصيف ويرسل المجلس رسالة إلى كل البيوت في كل ربيع.",
        "ادعمونا: تبرعكم يساعد على استمرار الصحافة المستقلة ويبقي أخبارنا متاحة للجميع.",
        "اشترك في نشرتنا البريدية لتصلك أخبار الساحل كل صباح.",
        "اقرأ أيضا: مزارعو الإجاص يخشون الصقيع",
    ),
    "ja": (
        "港湾評議会は火曜日、古い桟橋の再建を賛成多数で可決し、長年にわたる所有者の争いに終止符を打った。",
        "工事は四月に始まり、来年の秋まで続く見通しだと、市長は採決の後に記者団に語った。",
        "島の住民は桟橋のために二百万を集め、評議会は毎年春にすべての家に手紙を送っている。",
        "独立したジャーナリズムを続けるため、読者の皆さまのご寄付をお願いします。",
        "メールマガジンの登録はこちら。沿岸のニュースを毎朝お届けします。",
        "関連記事：梨の農家が遅霜を心配",
    ),
    "zh": (
        "港口委员会星期二投票决定重建旧渡轮码头，结束了业主之间持续多年的争端，许多居民到场旁听。",
        "市长在投票后告诉记者，工程将于四月开始，预计持续到明年秋天，费用由道路基金支付。",
        "岛上居民为码头筹集了两百万，委员会每年春天都会给所有家庭寄一封信，说明工程的进展。",
        "请支持我们的独立新闻，您的支持与捐款对我们的读者非常重要。",
        "订阅我们的电子报，每天早晨收到海岸的新闻。",
        "延伸阅读：梨农担心晚霜",
    ),
}  # fmt: skip


def page(parts: tuple[str, ...], *, plea_last: bool) -> str:
    first, second, third, plea, prompt, also = (f"<p>{part}</p>" for part in parts)
    more = f"{first}{second}".replace("<p>", "<p>— ")
    behind = f"{prompt}{plea}" if plea_last else prompt
    text = f"{first}{second}{also}{'' if plea_last else plea}{third}{more}{behind}"
    return f"<html><head><title>Pier</title></head><body><article><h1>Pier</h1>{text}</article></body></html>"


@pytest.mark.parametrize("plea_last", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_of_readers_is_cut_and_named(language: str, plea_last: bool) -> None:
    parts = LANGUAGES[language]
    article = extract_article(page(parts, plea_last=plea_last))
    body = [block.text for block in article.body]
    assert set(parts[:3]) <= set(body)
    assert not set(parts[3:]) & set(body)
    assert kinds_of(article, parts[3:]) == ["plea", "newsletter", "related"]


def kinds_of(article: Article, texts: tuple[str, ...]) -> list[str]:
    kinds = {removed.text: removed.kind for removed in article.removed}
    return [kinds.get(text, "unlisted") for text in texts]


NEWS = "".join(f"<p>{text}</p>" for text in LANGUAGES["en"][:3])


@pytest.mark.parametrize(
    ("beside", "text", "kind"),
    [
        ("<div class=overlay><p>{}</p></div>", "Subscribe to our newsletter for a letter each week.", "newsletter"),
        ("<form class=box><p>{}</p></form>", "You have reached your limit of free articles.", "paywall"),
        ("<div class=login><p>{}</p></div>", "Can't pay? Readers like you help us keep the Lantern free.", "plea"),
        ("<div class=rating><p>{}</p></div>", "How do you rate this article?", "comments"),
        ("<div class=slider><p><a href=/b>{}</a> by us</p></div>", "The pier through the years", "related"),
        ("<div class=gallery><p>{}</p></div>", "The pier in 1912, drawn by a captain.", "caption"),
    ],
)
def test_words_say_what_a_block_is_where_names_are_vague(beside: str, text: str, kind: str) -> None:
    html = f"<article><h1>Pier</h1>{NEWS}{NEWS.replace('<p>', '<p>— ')}{beside.format(text)}</article>"
    kinds = {removed.text: removed.kind for removed in extract_article(html).removed}
    assert [found for said, found in kinds.items() if said.startswith(text)] == [kind]
