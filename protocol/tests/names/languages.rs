//! Names as people have them, in the scripts that living languages are written in.

use parley_protocol::names::{NameError, check, check_member, normalize, skeletons};

/// All can be used, and no two of them look alike.
const NAMES: [&str; 76] = [
    "Ada",
    "O'Neil-2",
    "Jean-Luc",
    "J. R. R.",
    "ada_lovelace",
    "r2d2",
    "José",
    "Müller",
    "Søren",
    "Łukasz",
    "Čapek",
    "Žofie",
    "Ştefan",
    "Șerban",
    "İpek",
    "Işık",
    "Gülşen",
    "Đorđe",
    "Þóra",
    "Ægir",
    "Nguyễn Văn A",
    "Phạm Hồng",
    "Ọlá",
    "Adébáyọ̀",
    "Kāne",
    "Ŋaljit",
    "Mçahid",
    "Ljubiša",
    "Ñuño",
    "Zoë",
    "Иван",
    "Ольга",
    "Ёлкин",
    "Їжак",
    "Ґалаґан",
    "Ђорђе",
    "Љиљана",
    "Ўткір",
    "Ңұрғали",
    "Ωμέγα",
    "Γιώργος",
    "Ελένη",
    "Արմեն",
    "Հայկ",
    "გიორგი",
    "נועה",
    "אבי",
    "יוסף",
    "علي",
    "محمد",
    "پروانه",
    "گلاب",
    "ٹیپو",
    "علی\u{200c}رضا",
    "ޢަލީ",
    "ज़ैद",
    "आर्या",
    "ড়ানা",
    "ਗੁਰਪ੍ਰੀਤ",
    "પ્રિયા",
    "ଅନିଲ",
    "அருண்",
    "రవి",
    "ಸುಮ",
    "ശ്രീ",
    "ශ්\u{200d}රී",
    "สมชาย",
    "ສົມພອນ",
    "བསྟན་འཛིན",
    "အောင်",
    "ሰላም",
    "សុខា",
    "김민준",
    "花子",
    "ひなた",
    "サトウ太郎",
];

#[test]
fn names_of_many_languages_can_be_used() {
    for name in NAMES {
        assert_eq!(check_member(&normalize(name)), Ok(()), "{name}");
    }
    for name in ["㛃", "陈䶮", "王小明 Ming", "田中 Ken", "이 李"] {
        assert_eq!(check_member(name), Ok(()), "{name}");
    }
}

#[test]
fn names_of_many_languages_do_not_look_alike() {
    for (at, name) in NAMES.iter().enumerate() {
        let [folded, cased] = skeletons(&normalize(name));
        for other in NAMES.iter().skip(at + 1) {
            let others = skeletons(&normalize(other));
            assert!(folded != others[0] && cased != others[1], "{name} {other}");
        }
    }
}

#[test]
fn names_that_differ_by_a_letter_are_not_the_same() {
    for (name, other) in [
        ("Alla", "Alia"),
        ("Lia", "Ila"),
        ("Ian", "Lan"),
        ("Bill", "Bili"),
        ("Jose", "José"),
    ] {
        let (names, others) = (skeletons(name), skeletons(other));
        assert!(
            names[0] != others[0] && names[1] != others[1],
            "{name} {other}"
        );
    }
}

#[test]
fn what_was_typed_in_parts_is_put_together() {
    for (typed, name) in [
        ("A\u{301}da ", "Áda"),
        ("Nguye\u{302}\u{303}n", "Nguyễn"),
        ("Nguye\u{303}\u{302}n", "Nguyẽ\u{302}n"),
        ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ("\u{1112}\u{1161}\u{11ab}나", "한나"),
        ("か\u{3099}", "が"),
        ("\u{915}\u{93c}", "\u{915}\u{93c}"),
        ("\u{958}", "\u{915}\u{93c}"),
        ("\u{212b}sa", "Åsa"),
    ] {
        assert_eq!(normalize(typed), name, "{typed:?}");
    }
    assert_eq!(check("A\u{301}da"), Err(NameError::NotNormalized));
    assert_eq!(check_member("A\u{301}da"), Err(NameError::NotNormalized));
    assert_eq!(check_member(&normalize("A\u{301}da")), Ok(()));
}

#[test]
fn channels_may_have_pictures() {
    for name in [
        "general",
        "☕ coffee",
        "❤\u{fe0f}",
        "R&D",
        "①",
        "🏳\u{fe0f}\u{200d}🌈",
        "👩🏽\u{200d}💻 code",
        "👨\u{200d}👩\u{200d}👧",
        "1\u{fe0f}\u{20e3} first",
        "#\u{fe0f}\u{20e3}",
        "🇩🇪",
        "Ada и Боб",
        "日本語",
        "…?!",
        "½ price",
        "Ⅳ",
    ] {
        assert_eq!(check(name), Ok(()), "{name}");
    }
    assert_eq!(check_member("❤"), Err(NameError::Character));
}
