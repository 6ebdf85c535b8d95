//! Labels of the made-up worlds: Swedish compounds and their English counterparts.
//!
//! Number `n` of a kind becomes a word by mixed radix after multiplication with a prime that divides
//! no list's length: neighbours look different, no two are equal, nothing is drawn.

/// Swedish parts of compounds with the English word.
const STEMS: [(&str, &str); 64] = [
    ("svets", "welding"),
    ("lager", "warehouse"),
    ("fordons", "vehicle"),
    ("el", "electrical"),
    ("bygg", "construction"),
    ("vård", "care"),
    ("kök", "kitchen"),
    ("kund", "customer"),
    ("data", "data"),
    ("plåt", "sheet metal"),
    ("trä", "wood"),
    ("textil", "textile"),
    ("skogs", "forest"),
    ("jordbruks", "farm"),
    ("fiske", "fishing"),
    ("järnvägs", "railway"),
    ("flyg", "aircraft"),
    ("sjöfarts", "shipping"),
    ("hamn", "port"),
    ("gruv", "mining"),
    ("kemi", "chemical"),
    ("läkemedels", "pharmaceutical"),
    ("laboratorie", "laboratory"),
    ("process", "process"),
    ("kvalitets", "quality"),
    ("miljö", "environment"),
    ("energi", "energy"),
    ("vatten", "water"),
    ("avlopps", "sewage"),
    ("ventilations", "ventilation"),
    ("kyl", "refrigeration"),
    ("värme", "heating"),
    ("golv", "floor"),
    ("tak", "roof"),
    ("fasad", "facade"),
    ("betong", "concrete"),
    ("asfalt", "asphalt"),
    ("väg", "road"),
    ("bro", "bridge"),
    ("kran", "crane"),
    ("truck", "forklift"),
    ("lastbils", "truck"),
    ("buss", "bus"),
    ("spårvagns", "tram"),
    ("post", "mail"),
    ("butiks", "shop"),
    ("inköps", "purchasing"),
    ("försäljnings", "sales"),
    ("reklam", "advertising"),
    ("webb", "web"),
    ("nätverks", "network"),
    ("säkerhets", "security"),
    ("brand", "fire"),
    ("hotell", "hotel"),
    ("restaurang", "restaurant"),
    ("bageri", "bakery"),
    ("slakteri", "meat"),
    ("mejeri", "dairy"),
    ("skol", "school"),
    ("barn", "child"),
    ("äldre", "elderly"),
    ("tand", "dental"),
    ("djur", "animal"),
    ("trädgårds", "garden"),
];

/// What a person is called.
const AGENTS: [(&str, &str); 32] = [
    ("montör", "assembler"),
    ("tekniker", "technician"),
    ("operatör", "operator"),
    ("förare", "driver"),
    ("arbetare", "worker"),
    ("ledare", "manager"),
    ("samordnare", "coordinator"),
    ("rådgivare", "adviser"),
    ("handläggare", "officer"),
    ("assistent", "assistant"),
    ("ingenjör", "engineer"),
    ("konstruktör", "designer"),
    ("inspektör", "inspector"),
    ("instruktör", "instructor"),
    ("reparatör", "repairer"),
    ("mekaniker", "mechanic"),
    ("installatör", "installer"),
    ("kontrollant", "controller"),
    ("planerare", "planner"),
    ("säljare", "seller"),
    ("inköpare", "buyer"),
    ("lärare", "teacher"),
    ("vårdare", "carer"),
    ("skötare", "attendant"),
    ("mästare", "foreman"),
    ("städare", "cleaner"),
    ("packare", "packer"),
    ("utredare", "investigator"),
    ("analytiker", "analyst"),
    ("utvecklare", "developer"),
    ("strateg", "strategist"),
    ("chef", "head"),
];

/// What one does.
const VERBS: [(&str, &str); 32] = [
    ("planera", "plan"),
    ("utföra", "carry out"),
    ("övervaka", "monitor"),
    ("underhålla", "maintain"),
    ("reparera", "repair"),
    ("installera", "install"),
    ("kontrollera", "check"),
    ("mäta", "measure"),
    ("dokumentera", "document"),
    ("utveckla", "develop"),
    ("använda", "use"),
    ("hantera", "handle"),
    ("rengöra", "clean"),
    ("montera", "assemble"),
    ("felsöka", "troubleshoot"),
    ("beräkna", "calculate"),
    ("tolka", "interpret"),
    ("samordna", "coordinate"),
    ("leda", "lead"),
    ("utvärdera", "evaluate"),
    ("förbereda", "prepare"),
    ("transportera", "transport"),
    ("lagra", "store"),
    ("sälja", "sell"),
    ("beställa", "order"),
    ("presentera", "present"),
    ("anpassa", "adapt"),
    ("optimera", "optimise"),
    ("säkra", "secure"),
    ("testa", "test"),
    ("märka", "label"),
    ("demontera", "dismantle"),
];

/// What it is done with.
const THINGS: [(&str, &str); 16] = [
    ("utrustning", "equipment"),
    ("system", "systems"),
    ("material", "materials"),
    ("maskiner", "machines"),
    ("ritningar", "drawings"),
    ("verktyg", "tools"),
    ("rutiner", "procedures"),
    ("anläggningar", "plants"),
    ("tjänster", "services"),
    ("projekt", "projects"),
    ("avtal", "contracts"),
    ("risker", "risks"),
    ("processer", "processes"),
    ("produkter", "products"),
    ("leveranser", "deliveries"),
    ("data", "records"),
];

/// A prime above every list's length, so that it shares no factor with any.
const SPREAD: usize = 48_271;

/// Swedish and English name of occupation `n`, unique below 131,072.
pub(super) fn occupation(n: usize) -> (String, String) {
    let n = n * SPREAD;
    let (first, second) = (STEMS[n % 64], STEMS[n / 64 % 64]);
    let agent = AGENTS[n / 4_096 % 32];
    (format!("{}{}{}", first.0, second.0, agent.0), format!("{} {} {}", first.1, second.1, agent.1))
}

/// Swedish and English name of skill `n`, unique below 2,097,152.
pub(super) fn skill(n: usize) -> (String, String) {
    let n = n * SPREAD;
    let (first, second) = (STEMS[n % 64], STEMS[n / 64 % 64]);
    let (verb, thing) = (VERBS[n / 4_096 % 32], THINGS[n / 131_072 % 16]);
    (
        format!("{} {}{}{}", verb.0, first.0, second.0, thing.0),
        format!("{} {} {} {}", verb.1, first.1, second.1, thing.1),
    )
}
