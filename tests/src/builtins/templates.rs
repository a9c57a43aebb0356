//! Random templates for `strings.render_template`, by the grammar of Go's `text/template`.

use super::generate::Generator;
use super::term::Term;
use super::texts;

/// The number of levels of blocks and parentheses.
const DEPTH: usize = 3;

const PLAIN: &[&str] = &["", "x", " ", "\n", " é ", "}}", "{", "%", "\t y \n"];
const OPERANDS: &[&str] = &[
    ".", ".a", ".b", ".m.k", ".m.n.k", ".items", ".missing", ".a.b", "$", "$.a", "$x", "$x.k",
    "$y", "nil", "true", "false", "break", "..a", ".é", "$.items", "ẞ", ".ﬁ", "len",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "+2",
    "3",
    "10",
    "1.5",
    ".5",
    "5.",
    "1e3",
    "1e400",
    "0x1F",
    "0x1p4",
    "-0x1e",
    "0x.8p1",
    "0x1",
    "1_000",
    "1__0",
    "0b101",
    "0o17",
    "017",
    "08",
    "08.5",
    "1i",
    "1+2i",
    "1.5e3-0x1p2i",
    "1i+2i",
    "1+2",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1000000.0",
    "123456789.0",
    "1e21",
    "0.00001",
    "-0.0",
    "-0xeeeeeeeeeeeeeeee",
    "1a",
    "'a'",
    "'é'",
    "'\\n'",
    "'\\''",
    "'\\\"'",
    "'ab'",
    "'\\x41'",
    "'\\u00e9'",
    "''",
];
const STRINGS: &[&str] = &[
    "\"\"",
    "\"a\"",
    "\"k\"",
    "`raw`",
    "`a\nb`",
    "\"\\n\\t\\\"\"",
    "\"\\u00e9\\x41\\101\"",
    "\"\\q\"",
    "\"é<&>'=\"",
    "\"\\ud800\"",
    "\"1\"",
    "\"</script>\"",
    "\"\\U0001f600\"",
    "\"\u{85}\u{a0}\u{ad}\"",
];
const FUNCTIONS: &[&str] = &[
    "and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
    "print", "printf", "println", "slice", "urlquery", "index", "printf", "eq", "nope",
];
const CONTROLS: &[&str] = &["if", "with", "range", "range $x :=", "range $y, $x :=", "with $x :="];
const NAMES: &[&str] = &["\"t\"", "\"template\"", "`t`", "\"\"", "t"];
const CALLED: &[&str] = &["\"t\"", "`t`", "\"\"", "t", "\"nope\""];

/// Returns a template and its variables.
pub(super) fn operands(generator: &mut Generator) -> Vec<Term> {
    let mut template = list(generator, DEPTH);
    if generator.draw.chance(20) {
        template = generator.changed(&template);
    }
    let numbers = Term::Array(vec![Term::scalar("3"), Term::scalar("null"), Term::text("é")]);
    let fields = [
        ("a", generator.any(1)),
        ("b", generator.any(1)),
        ("m", Term::Object(vec![(Term::text("k"), generator.any(1))])),
        ("items", if generator.draw.chance(50) { numbers } else { generator.any(2) }),
    ];
    let fields = fields.into_iter().map(|(name, value)| (Term::text(name), value)).collect();
    vec![Term::Text(template), Term::Object(fields)]
}

/// Returns texts and actions.
fn list(generator: &mut Generator, depth: usize) -> String {
    let length = generator.draw.below(3) + 1;
    let mut list = String::new();
    for _ in 0..length {
        list.push_str(generator.draw.pick(PLAIN));
        list.push_str(&action(generator, depth));
    }
    list
}

fn action(generator: &mut Generator, depth: usize) -> String {
    let inner = depth.saturating_sub(1);
    // Only the outermost list calls templates, because a recursive one takes Go minutes.
    let is_outermost = depth == DEPTH;
    match generator.draw.below(if depth == 0 { 8 } else { 13 }) {
        0 => delimited(generator, "/* c */"),
        1 => {
            let assign = generator.draw.pick(&["$x := ", "$x = ", "$y:=", "$x, $y := "]);
            let value = pipeline(generator, inner);
            delimited(generator, &format!("{assign}{value}"))
        }
        2 if is_outermost => {
            let name = generator.draw.pick(CALLED);
            let value = pipeline(generator, inner);
            delimited(generator, &format!("template {name} {value}"))
        }
        3 => {
            let keyword =
                generator.draw.pick(&["break", "continue", "else", "end", "if .a", "break "]);
            delimited(generator, keyword)
        }
        2 | 4..8 => {
            let value = pipeline(generator, depth);
            delimited(generator, &value)
        }
        8 => {
            let name = generator.draw.pick(NAMES);
            format!("{{{{define {name}}}}}{}{{{{end}}}}", list(generator, inner))
        }
        9 if is_outermost => {
            let (name, value) = (generator.draw.pick(CALLED), pipeline(generator, inner));
            format!("{{{{block {name} {value}}}}}{}{{{{end}}}}", list(generator, inner))
        }
        _ => control(generator, inner),
    }
}

fn control(generator: &mut Generator, depth: usize) -> String {
    let start = format!("{} {}", generator.draw.pick(CONTROLS), pipeline(generator, depth));
    let start = delimited(generator, &start);
    let body = list(generator, depth);
    let otherwise = match generator.draw.below(4) {
        0 => format!("{{{{else}}}}{}", list(generator, depth)),
        1 => {
            let keyword = generator.draw.pick(&["if", "with", "range"]);
            let value = pipeline(generator, depth);
            format!("{{{{else {keyword} {value}}}}}{}", list(generator, depth))
        }
        2 if generator.draw.chance(40) => "{{break}}".to_owned(),
        _ => String::new(),
    };
    format!("{start}{body}{otherwise}{{{{end}}}}")
}

/// Returns an action with delimiters, which may trim.
fn delimited(generator: &mut Generator, content: &str) -> String {
    let start = generator.draw.pick(&["{{", "{{", "{{", "{{ ", "{{- ", "{{-  "]);
    let end = generator.draw.pick(&["}}", "}}", "}}", " }}", " -}}", "  -}}"]);
    format!("{start}{content}{end}")
}

fn pipeline(generator: &mut Generator, depth: usize) -> String {
    let mut pipeline = command(generator, depth);
    while generator.draw.chance(20) {
        let separator = generator.draw.pick(&["|", " | ", " |", "| "]);
        let next = command(generator, depth);
        pipeline = format!("{pipeline}{separator}{next}");
    }
    pipeline
}

fn command(generator: &mut Generator, depth: usize) -> String {
    if generator.draw.chance(40) {
        return operand(generator, depth);
    }
    let function = generator.draw.pick(FUNCTIONS);
    let mut command = function.to_owned();
    if function == "printf" && generator.draw.chance(80) {
        let format = generator.draw.pick(texts::FORMAT);
        command = format!("{command} {}", serde_json::Value::from(format));
    }
    for _ in 0..[0, 1, 1, 2, 2, 3][generator.draw.below(6)] {
        command = format!("{command} {}", operand(generator, depth));
    }
    command
}

fn operand(generator: &mut Generator, depth: usize) -> String {
    let operand = match generator.draw.below(if depth == 0 { 5 } else { 6 }) {
        0 | 1 => generator.draw.pick(OPERANDS).to_owned(),
        2 => generator.draw.pick(&[".a", ".items", ".m", "$x"]).to_owned(),
        3 => generator.draw.pick(NUMBERS).to_owned(),
        4 => generator.draw.pick(STRINGS).to_owned(),
        _ => format!("({})", pipeline(generator, depth - 1)),
    };
    if generator.draw.chance(5) { format!("{operand}.k") } else { operand }
}
