//! Tries to be taken for somebody else. Each is refused, or the name counts as taken.

use parley_protocol::names::{NameError, check, check_member, normalize, skeletons};

/// Members whose names others would like to have.
const MEMBERS: [&str; 44] = [
    "Ada",
    "Alice",
    "Bob",
    "Carol",
    "Dave",
    "Eve",
    "Frank",
    "Grace",
    "Heidi",
    "Ivan",
    "Judy",
    "Kim",
    "Lea",
    "Mallory",
    "Nina",
    "Oscar",
    "Peggy",
    "Quinn",
    "Rob",
    "Sybil",
    "Trent",
    "Uma",
    "Victor",
    "Wendy",
    "Xenia",
    "Yan",
    "Zoe",
    "paypal",
    "admin",
    "owner",
    "support",
    "moderator",
    "Copacopy",
    "Xaxo",
    "capo",
    "Tom",
    "Bea",
    "Oxa",
    "HEATH",
    "TOMAHAWK",
    "scope",
    "Jess",
    "cypher",
    "Phoebe",
];

/// Letters of other alphabets, and the ones that they look like.
const LISU: &str = "AꓮBꓐCꓚDꓓEꓰFꓝGꓖHꓧIꓲJꓙKꓗLꓡMꓟNꓠOꓳPꓑRꓣSꓢTꓔUꓴVꓦWꓪXꓫYꓬZꓜ";
const COPTIC: &str = "AⲀBⲂCⲤEⲈHⲎIⲒKⲔMⲘNⲚOⲞPⲢTⲦXⲬYⲨcⲥoⲟpⲣxⲭvⲩ";
const CHEROKEE: &str = "AᎪBᏴCᏟDᎠEᎬGᎶHᎻIᏆJᎫKᏦLᏞMᎷPᏢRᎡSᏚTᎢVᏙWᎳYᎩZᏃ";
const GREEK: &str = "AΑBΒEΕHΗIΙKΚMΜNΝOΟPΡTΤXΧYΥZΖaαoοvνpρiιuυ";
const CYRILLIC: &str = "AАBВCСEЕHНIІJЈKКMМOОPРSЅTТXХYУaаcсeеiіjјoоpрsѕxхyуhһ";
const ARMENIAN: &str = "OՕSՏUՍoօuսhհnոgցqզfք";
const FULLWIDTH: &str =
    "AＡBＢCＣDＤEＥHＨIＩKＫMＭPＰTＴXＸYＹaａbｂcｃdｄeｅiｉlｌmｍnｎoｏpｐrｒsｓtｔvｖyｙ";
const MATHEMATICAL: &str = "A𝐀B𝐁C𝐂D𝐃E𝐄H𝐇I𝐈K𝐊M𝐌P𝐏T𝐓X𝐗Y𝐘a𝐚b𝐛c𝐜d𝐝e𝐞i𝐢l𝐥m𝐦n𝐧o𝐨p𝐩r𝐫s𝐬t𝐭v𝐯y𝐲";
const SMALL_CAPITALS: &str = "aᴀbʙcᴄdᴅeᴇgɢhʜiɪjᴊkᴋlʟmᴍnɴoᴏpᴘrʀtᴛuᴜvᴠwᴡyʏzᴢ";
const RAISED: &str = "aᵃbᵇcᶜdᵈeᵉiⁱlˡmᵐnⁿoᵒpᵖrʳsˢtᵗvᵛyʸAᴬBᴮDᴰEᴱHᴴIᴵKᴷMᴹPᴾTᵀ";
const DIGITS: &str = "O0l1I1o0";
const LOOKING_ALIKE: &str = "IlOоaɑeҽiıgɡ";

/// Characters that show nothing, or nothing that one would notice.
const HIDDEN: [char; 40] = [
    '\u{ad}',
    '\u{34f}',
    '\u{61c}',
    '\u{115f}',
    '\u{1160}',
    '\u{17b4}',
    '\u{17b5}',
    '\u{180b}',
    '\u{180e}',
    '\u{200b}',
    '\u{200c}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2061}',
    '\u{2064}',
    '\u{2066}',
    '\u{2069}',
    '\u{206a}',
    '\u{2800}',
    '\u{3164}',
    '\u{fe00}',
    '\u{fe0e}',
    '\u{fe0f}',
    '\u{feff}',
    '\u{ffa0}',
    '\u{fff9}',
    '\u{1bca0}',
    '\u{1d173}',
    '\u{e0001}',
    '\u{e0020}',
    '\u{e0061}',
    '\u{e007f}',
    '\u{e0100}',
    '\u{e01ef}',
    '\u{e0fff}',
];

fn is_free(name: &str, member: &str) -> bool {
    let (names, members) = (skeletons(name), skeletons(member));
    names[0] != members[0] && names[1] != members[1]
}

#[track_caller]
fn refuse(tried: &str, member: &str) {
    let refused = check_member(tried).is_err() || check_member(&normalize(tried)).is_err();
    assert!(
        refused || !is_free(&normalize(tried), member),
        "{tried} ({}) passes beside {member}",
        tried.escape_unicode()
    );
}

/// Members imitated with letters of a family: each letter alone, and all that it has.
fn tries(family: &str) -> Vec<(String, &'static str)> {
    let letters: Vec<char> = family.chars().collect();
    let mut tries = Vec::new();
    for member in MEMBERS {
        let mut all = member.to_owned();
        for pair in letters.chunks(2) {
            if member.contains(pair[0]) {
                tries.push((member.replace(pair[0], &pair[1].to_string()), member));
                all = all.replace(pair[0], &pair[1].to_string());
            }
        }
        if all != member {
            tries.push((all, member));
        }
    }
    tries
}

#[test]
fn no_family_of_letters_imitates_a_member() {
    for family in [
        LISU,
        COPTIC,
        CHEROKEE,
        GREEK,
        CYRILLIC,
        ARMENIAN,
        FULLWIDTH,
        MATHEMATICAL,
        SMALL_CAPITALS,
        RAISED,
        DIGITS,
        LOOKING_ALIKE,
    ] {
        let tries = tries(family);
        assert!(tries.len() >= 40, "{family}: {}", tries.len());
        for (tried, member) in tries {
            refuse(&tried, member);
        }
    }
}

#[test]
fn whole_names_in_another_alphabet_are_taken() {
    for (tried, member) in [
        ("раура", "paypa"),
        ("Аха", "Axa"),
        ("ѕсоре", "scope"),
        ("СОРА", "COPA"),
        ("Оха", "Oxa"),
        ("хохо", "xoxo"),
        ("АВА", "ABA"),
        ("ТОМ", "TOM"),
        ("Ева", "Ева"),
        ("рор", "pop"),
        ("сосо", "coco"),
        ("ΑΒΑ", "ABA"),
        ("ΤΟΜ", "TOM"),
        ("ΑΝΝΑ", "ANNA"),
        ("ΜΑΧ", "MAX"),
        ("οοο", "ooo"),
        ("ΖΟΕ", "ZOE"),
        ("НЕАТ", "HEAT"),
        ("օսօ", "ouo"),
        ("ΑΡΑ", "АРА"),
        ("Іаn", "Ian"),
        ("lan", "Ian"),
        ("1an", "Ian"),
        ("Сара", "Capa"),
        ("аdmin", "admin"),
        ("rnax", "max"),
        ("rnother", "mother"),
        ("B0B", "BOB"),
        ("b0b", "Bob"),
        ("ııı", "iii"),
        ("0wner", "owner"),
        ("Œdip", "OEdip"),
        ("œdip", "oedip"),
        ("Ӕ", "AE"),
        ("ѕ", "s"),
        ("əda", "ǝda"),
        ("カ", "力"),
        ("二郎", "ニ郎"),
        ("ロ", "口"),
        ("ﺍ", "ا"),
        ("۵۵", "٥٥"),
        ("کمال", "كمال"),
        ("علی", "علي"),
        ("on'", "on’"),
        ("a‐b", "a-b"),
        ("१", "٩"),
    ] {
        refuse(tried, member);
    }
}

#[test]
fn nothing_is_hidden_in_a_name() {
    for hidden in HIDDEN {
        for tried in [
            format!("A{hidden}da"),
            format!("{hidden}Ada"),
            format!("Ada{hidden}"),
        ] {
            assert!(check_member(&tried).is_err(), "{}", tried.escape_unicode());
            assert!(check(&tried).is_err(), "{}", tried.escape_unicode());
        }
    }
}

#[test]
fn marks_do_not_hide_or_pile_up() {
    for tried in [
        "Ali\u{307}",
        "ali\u{307}ce",
        "fj\u{307}ord",
        "al\u{307}i",
        "\u{301}Ada",
        "Ada \u{301}b",
        "a\u{323}\u{323}da",
        "x\u{302}\u{302}",
        "Z\u{32d}\u{331}\u{330}\u{324}\u{325}",
        "A\u{336}da",
        "A\u{338}da",
        "A\u{20e3}",
        "a\u{489}da",
        "O\u{337}scar",
        "d\u{335}ave",
        "A\u{1ab0}da",
        "A\u{1dc4}da",
        "A\u{fe20}da",
        "\u{5d0}\u{5b7}\u{5b7}",
        "\u{628}\u{64e}\u{64e}",
        "A\u{5b0}da",
        "A\u{64e}da",
        "A\u{93c}da",
        "A\u{3099}da",
        "A\u{94d}da",
        "Bob\u{e31}",
        "Bob\u{a8e1}",
        "Bo\u{483}b",
        "Bob\u{2dfd}",
        "Bob\u{a66f}",
        "e\u{301}\u{300}\u{302}\u{303}\u{304}",
        "\u{302}",
        "\u{5b8}",
        " \u{323}",
        "-\u{301}a\u{315}",
        "Ada\u{353}",
        "Ada\u{359}",
        "Ada\u{320}",
    ] {
        assert!(
            check_member(&normalize(tried)).is_err(),
            "{}",
            tried.escape_unicode()
        );
    }
}

#[test]
fn a_ligature_is_not_its_letters() {
    for tried in [
        "ﬁn", "ﬂo", "ﬀa", "ﬃ", "ﬆa", "ĳ", "Ǆ", "ǅ", "ǆan", "Ǉ", "ǈ", "ljǉ", "Ǌ", "ǋ", "ǌ", "Ǳ",
        "ǲ", "ǳ", "ŉ", "ſ", "ꝏ", "ꜳ", "ꜵ", "ꜷ", "ꜹ", "ꜽ", "ʣ", "ʤ", "ʥ", "ʦ", "ʧ", "ʨ", "ʩ", "ʪ",
        "ʫ", "ᵫ", "ꭣ", "ꝡ", "Ⅳ", "ⅷ", "℡", "№", "㏂", "Ⓐda", "🄰da", "🅐da",
    ] {
        assert_eq!(check_member(tried), Err(NameError::Character), "{tried}");
    }
}

#[test]
fn scripts_do_not_mix() {
    for tried in [
        "\u{430}da",
        "Αda",
        "Adа",
        "Bоb",
        "Eνe",
        "הAda",
        "Adaا",
        "Adaक",
        "Ivanи",
        "Ωmega",
        "Аλεξ",
        "花Иван",
        "ひΑ",
        "김Ж",
        "ᄀda",
        "ไทyo",
        "აda",
        "աda",
        "አda",
        "Ж花",
        "漢א",
        "ひ김",
        "ㄅあ",
        "ㄅ김",
        "ア김",
        "٣三",
        "Ada३",
    ] {
        assert!(check_member(tried).is_err(), "{tried}");
    }
}

#[test]
fn blanks_are_single_and_inside() {
    for tried in [" a", "a ", "a  b", "a\u{a0}b", "a\u{3000}b", "\ta", "a\nb"] {
        assert_eq!(check(tried), Err(NameError::Character), "{tried:?}");
    }
    assert_eq!(check("a b"), Ok(()));
}

#[test]
fn a_name_may_have_48_letters() {
    assert_eq!(check(&"ä".repeat(48)), Ok(()));
    let length = 49;
    assert_eq!(
        check(&"ä".repeat(length)),
        Err(NameError::TooLong { length })
    );
}

#[test]
fn a_name_has_something_to_read() {
    for tried in [
        "-",
        "...",
        "'",
        "_",
        ": :",
        "·",
        "a\u{a0}b",
        "a\u{2007}b",
        "a\u{3000}b",
        "a\u{1680}b",
    ] {
        assert_eq!(check_member(tried), Err(NameError::Character), "{tried:?}");
    }
    for tried in [
        "",
        " ",
        "\u{3000}",
        "\u{200b}",
        "\u{2800}\u{2800}",
        "\u{e0041}",
        "\u{fe0f}\u{200d}",
    ] {
        assert_eq!(check(tried), Err(NameError::Empty), "{tried:?}");
    }
}
