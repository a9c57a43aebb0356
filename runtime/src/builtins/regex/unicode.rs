//! The classes that Go's `\p{…}` names (`unicode.Categories`, `unicode.CategoryAliases` and
//! `unicode.Scripts`), in the syntax of the `regex` crate.
//!
//! ```text
//! \p{Lu}, \p{uppercase-letter}   [\p{gc=Lu}&&\p{age=15.0}]
//! \p{Greek}                      [\p{sc=Greek}&&\p{age=15.0}]
//! \p{IsGreek}, \p{Old_Italic}   refused
//! ```
//!
//! Go's tables are those of Unicode 15.0. The crate's tables are newer, so each class is restricted
//! to the characters of that age.

/// A class that contains no character.
pub(super) const NOTHING: &str = "[a&&b]";
/// A class that contains every character.
pub(super) const ANYTHING: &str = "[\\x{0}-\\x{10FFFF}]";

/// `unicode.Categories`.
const CATEGORIES: [&str; 37] = [
    "C", "Cc", "Cf", "Cn", "Co", "Cs", "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn",
    "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm",
    "So", "Z", "Zl", "Zp", "Zs",
];

/// `unicode.CategoryAliases` under their canonical names, sorted.
const ALIASES: [(&str, &str); 42] = [
    ("Casedletter", "LC"),
    ("Closepunctuation", "Pe"),
    ("Cntrl", "Cc"),
    ("Combiningmark", "M"),
    ("Connectorpunctuation", "Pc"),
    ("Control", "Cc"),
    ("Currencysymbol", "Sc"),
    ("Dashpunctuation", "Pd"),
    ("Decimalnumber", "Nd"),
    ("Digit", "Nd"),
    ("Enclosingmark", "Me"),
    ("Finalpunctuation", "Pf"),
    ("Format", "Cf"),
    ("Initialpunctuation", "Pi"),
    ("Letter", "L"),
    ("Letternumber", "Nl"),
    ("Lineseparator", "Zl"),
    ("Lowercaseletter", "Ll"),
    ("Mark", "M"),
    ("Mathsymbol", "Sm"),
    ("Modifierletter", "Lm"),
    ("Modifiersymbol", "Sk"),
    ("Nonspacingmark", "Mn"),
    ("Number", "N"),
    ("Openpunctuation", "Ps"),
    ("Other", "C"),
    ("Otherletter", "Lo"),
    ("Othernumber", "No"),
    ("Otherpunctuation", "Po"),
    ("Othersymbol", "So"),
    ("Paragraphseparator", "Zp"),
    ("Privateuse", "Co"),
    ("Punct", "P"),
    ("Punctuation", "P"),
    ("Separator", "Z"),
    ("Spaceseparator", "Zs"),
    ("Spacingmark", "Mc"),
    ("Surrogate", "Cs"),
    ("Symbol", "S"),
    ("Titlecaseletter", "Lt"),
    ("Unassigned", "Cn"),
    ("Uppercaseletter", "Lu"),
];

/// The canonical names of `unicode.Scripts`, sorted. Go finds no other: it removes the underscore
/// of `Old_Italic` before it looks up the name.
const SCRIPTS: [&str; 117] = [
    "Adlam",
    "Ahom",
    "Arabic",
    "Armenian",
    "Avestan",
    "Balinese",
    "Bamum",
    "Batak",
    "Bengali",
    "Bhaiksuki",
    "Bopomofo",
    "Brahmi",
    "Braille",
    "Buginese",
    "Buhid",
    "Carian",
    "Chakma",
    "Cham",
    "Cherokee",
    "Chorasmian",
    "Common",
    "Coptic",
    "Cuneiform",
    "Cypriot",
    "Cyrillic",
    "Deseret",
    "Devanagari",
    "Dogra",
    "Duployan",
    "Elbasan",
    "Elymaic",
    "Ethiopic",
    "Georgian",
    "Glagolitic",
    "Gothic",
    "Grantha",
    "Greek",
    "Gujarati",
    "Gurmukhi",
    "Han",
    "Hangul",
    "Hanunoo",
    "Hatran",
    "Hebrew",
    "Hiragana",
    "Inherited",
    "Javanese",
    "Kaithi",
    "Kannada",
    "Katakana",
    "Kawi",
    "Kharoshthi",
    "Khmer",
    "Khojki",
    "Khudawadi",
    "Lao",
    "Latin",
    "Lepcha",
    "Limbu",
    "Lisu",
    "Lycian",
    "Lydian",
    "Mahajani",
    "Makasar",
    "Malayalam",
    "Mandaic",
    "Manichaean",
    "Marchen",
    "Medefaidrin",
    "Miao",
    "Modi",
    "Mongolian",
    "Mro",
    "Multani",
    "Myanmar",
    "Nabataean",
    "Nandinagari",
    "Newa",
    "Nko",
    "Nushu",
    "Ogham",
    "Oriya",
    "Osage",
    "Osmanya",
    "Palmyrene",
    "Phoenician",
    "Rejang",
    "Runic",
    "Samaritan",
    "Saurashtra",
    "Sharada",
    "Shavian",
    "Siddham",
    "Sinhala",
    "Sogdian",
    "Soyombo",
    "Sundanese",
    "Syriac",
    "Tagalog",
    "Tagbanwa",
    "Takri",
    "Tamil",
    "Tangsa",
    "Tangut",
    "Telugu",
    "Thaana",
    "Thai",
    "Tibetan",
    "Tifinagh",
    "Tirhuta",
    "Toto",
    "Ugaritic",
    "Vai",
    "Vithkuqi",
    "Wancho",
    "Yezidi",
    "Yi",
];

/// Returns the class `name`, or its complement if `negated`. Returns `None` if Go rejects the name.
pub(super) fn class(name: &str, negated: bool) -> Option<String> {
    let canonical = canonical_name(name);
    let not = if negated { "^" } else { "" };
    let category = match canonical.as_str() {
        "Any" => return Some(all_or_nothing(!negated).to_owned()),
        "Assigned" => return Some(unassigned(if negated { "Cn" } else { "^Cn" })),
        "Ascii" => return Some(format!("[{not}\\x00-\\x7F]")),
        "Lc" => "LC",
        name if CATEGORIES.binary_search(&name).is_ok() => name,
        name if SCRIPTS.binary_search(&name).is_ok() => {
            return Some(format!("[{not}\\p{{sc={name}}}&&\\p{{age={AGE}}}]"));
        }
        name => {
            let index = ALIASES.binary_search_by_key(&name, |(alias, _)| alias).ok()?;
            ALIASES.get(index)?.1
        }
    };
    Some(match category {
        // Texts do not contain surrogates.
        "Cs" => all_or_nothing(negated).to_owned(),
        "C" | "Cn" => unassigned(&format!("{not}{category}")),
        // U+1171E became a spacing mark in Unicode 16.
        "Mc" => format!("[{not}[\\p{{gc=Mc}}--\\x{{1171E}}]&&\\p{{age={AGE}}}]"),
        "Mn" => format!("[{not}[\\p{{gc=Mn}}\\x{{1171E}}]&&\\p{{age={AGE}}}]"),
        _ => format!("[{not}\\p{{gc={category}}}&&\\p{{age={AGE}}}]"),
    })
}

/// The version of Go's tables.
const AGE: &str = "15.0";

fn all_or_nothing(all: bool) -> &'static str {
    if all { ANYTHING } else { NOTHING }
}

/// Returns the class of a category that contains unassigned characters. `category` may begin with
/// `^`.
fn unassigned(category: &str) -> String {
    let (not, category) = match category.strip_prefix('^') {
        Some(category) => ("^", category),
        None => ("", category),
    };
    format!("[{not}\\p{{gc={category}}}[^\\p{{age={AGE}}}]]")
}

/// Returns the name as Go looks it up: without `_`, `-` and spaces, the first character in upper
/// case and the others in lower case.
fn canonical_name(name: &str) -> String {
    let mut characters = name.chars().filter(|character| !matches!(character, '_' | '-' | ' '));
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters.map(|character| character.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns `true` if `character` is in the class `name`.
    fn has(name: &str, character: char) -> bool {
        let class = class(name, false).expect(name);
        let regex = regex::Regex::new(&format!("^{class}$")).expect(name);
        regex.is_match(character.encode_utf8(&mut [0; 4]))
    }

    #[test]
    fn tables_are_sorted_and_every_name_is_a_class() {
        assert!(CATEGORIES.is_sorted() && SCRIPTS.is_sorted() && ALIASES.is_sorted());
        let names = CATEGORIES.iter().chain(&SCRIPTS).chain(ALIASES.iter().map(|(name, _)| name));
        for name in names.chain(&["Any", "Assigned", "ASCII", "LC"]) {
            for negated in [false, true] {
                let class = class(name, negated).expect(name);
                assert!(regex::Regex::new(&class).is_ok(), "{name} as {class}");
            }
        }
    }

    #[test]
    fn names_are_those_of_go() {
        for name in
            ["greek", "GREEK", "_gr-ee k", "lu", "upper_case LETTER", "cntrl", "surrogate", "lc"]
        {
            assert!(class(name, false).is_some(), "{name}");
        }
        for name in [
            "",
            "IsGreek",
            "Grek",
            "Old_Italic",
            "olditalic",
            "SignWriting",
            "Zyyy",
            "Garay",
            "Alphabetic",
            "gc=Lu",
            "Script=Greek",
            "L&",
            "\u{e9}",
            "upper",
        ] {
            assert_eq!(class(name, false), None, "{name}");
        }
    }

    #[test]
    fn characters_are_classed_as_in_unicode_15() {
        assert!(has("L", 'e') && has("LC", 'e') && !has("Lu", 'e'));
        // A letter since Unicode 16.
        assert!(!has("L", '\u{10d50}') && has("Cn", '\u{10d50}') && has("C", '\u{10d50}'));
        assert!(!has("Assigned", '\u{10d50}') && has("Assigned", 'a') && !has("Cn", 'a'));
        assert!(has("Mn", '\u{1171e}') && !has("Mc", '\u{1171e}') && has("Mc", '\u{903}'));
        assert!(has("Any", '\u{10d50}') && has("ASCII", '\x7f') && !has("ASCII", '\u{80}'));
    }

    #[test]
    fn a_negated_class_is_the_complement() {
        for name in ["L", "Greek", "C", "Cn", "Cs", "Mc", "Mn", "Any", "Assigned", "ASCII"] {
            let [class, complement] = [false, true].map(|negated| {
                let class = class(name, negated).expect(name);
                regex::Regex::new(&format!("^{class}$")).expect(name)
            });
            for character in ['a', '\u{3b1}', '\u{10d50}', '\u{1171e}', '\n', '\u{fdd0}'] {
                let text = character.to_string();
                assert_ne!(class.is_match(&text), complement.is_match(&text), "{name} {text:?}");
            }
        }
    }
}
