//! Properties: parsing inverts printing, and no text makes the parser panic.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::ast::{
    Assigned, Call, Comprehension, Else, Head, HeadKind, HeadRef, Import, Infix, Membership, Name,
    ObjectComprehension, Operand, Operator, Package, Ref, TemplatePart, With, print,
};
use crate::source::Span;

fn node(kind: TermKind) -> Term {
    Term { kind, span: Span::default() }
}

fn name(text: impl Into<Arc<str>>) -> Name {
    Name { text: text.into(), span: Span::default() }
}

fn names() -> impl Strategy<Value = Name> {
    "[xyz_][a-c]?".prop_map(name)
}

fn strings() -> impl Strategy<Value = Arc<str>> {
    "[ -~ü\n\t{}\"\\\\\u{1}]{0,5}".prop_map(Arc::from)
}

fn operators() -> impl Strategy<Value = Operator> {
    use Operator::*;
    prop::sample::select(vec![
        Equal,
        NotEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        Or,
        And,
        Plus,
        Minus,
        Multiply,
        Divide,
        Remainder,
    ])
}

fn scalars() -> impl Strategy<Value = Term> {
    prop_oneof![
        Just(TermKind::Null),
        any::<bool>().prop_map(TermKind::Bool),
        "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,3})?(e[+-]?[0-9]{1,2})?"
            .prop_map(|text: String| TermKind::Number(text.into())),
        strings().prop_map(TermKind::String),
    ]
    .prop_map(node)
}

fn variables() -> impl Strategy<Value = Term> {
    names().prop_map(|name| node(TermKind::Var(name.text)))
}

fn operands(terms: BoxedStrategy<Term>) -> impl Strategy<Value = Vec<Operand>> {
    let operand = prop_oneof![
        prop_oneof![names(), Just(name("if")), Just(name("in"))].prop_map(Operand::Field),
        terms.prop_map(Operand::Index),
    ];
    prop::collection::vec(operand, 1..3)
}

fn reference(head: Term, operands: Vec<Operand>) -> Term {
    node(TermKind::Ref(Box::new(Ref { head, operands })))
}

fn terms() -> BoxedStrategy<Term> {
    prop_oneof![scalars(), variables()]
        .boxed()
        .prop_recursive(4, 40, 4, |terms| {
            let list = prop::collection::vec(terms.clone(), 0..4).boxed();
            let call = (names(), list.clone())
                .prop_map(|(function, arguments)| {
                    let function = node(TermKind::Var(function.text));
                    node(TermKind::Call(Box::new(Call { function, arguments })))
                })
                .boxed();
            let head = prop_oneof![
                variables(),
                call.clone(),
                list.clone().prop_map(|terms| node(TermKind::Array(terms))),
                infix(terms.clone()),
            ];
            let refs =
                (head, operands(terms.clone())).prop_map(|(head, rest)| reference(head, rest));
            let negative = (variables(), operands(terms.clone()))
                .prop_map(|(head, rest)| node(TermKind::Negative(Box::new(reference(head, rest)))));
            prop_oneof![
                call,
                refs,
                negative,
                infix(terms.clone()),
                membership(terms.clone()),
                list.clone().prop_map(|terms| node(TermKind::Array(terms))),
                list.prop_map(|terms| node(TermKind::Set(terms))),
                prop::collection::vec((terms.clone(), terms.clone()), 0..3)
                    .prop_map(|pairs| node(TermKind::Object(pairs))),
                comprehensions(terms.clone()),
                templates(terms),
            ]
        })
        .boxed()
}

fn infix(terms: BoxedStrategy<Term>) -> BoxedStrategy<Term> {
    (operators(), terms.clone(), terms)
        .prop_map(|(operator, left, right)| {
            let operator_span = Span::default();
            node(TermKind::Infix(Box::new(Infix { operator, operator_span, left, right })))
        })
        .boxed()
}

fn membership(terms: BoxedStrategy<Term>) -> impl Strategy<Value = Term> {
    (prop::option::of(terms.clone()), terms.clone(), terms).prop_map(|(key, value, collection)| {
        node(TermKind::In(Box::new(Membership { key, value, collection })))
    })
}

fn comprehensions(terms: BoxedStrategy<Term>) -> impl Strategy<Value = Term> {
    (0..3, terms.clone(), terms.clone(), bodies(terms)).prop_map(|(which, key, value, body)| {
        node(match which {
            0 => TermKind::ArrayComprehension(Box::new(Comprehension { value, body })),
            1 => TermKind::SetComprehension(Box::new(Comprehension { value, body })),
            _ => TermKind::ObjectComprehension(Box::new(ObjectComprehension { key, value, body })),
        })
    })
}

fn templates(terms: BoxedStrategy<Term>) -> impl Strategy<Value = Term> {
    let text = strings().prop_filter("text is not empty", |text| !text.is_empty());
    let interpolation = prop_oneof![
        terms.clone().prop_map(TemplatePart::Term),
        (terms.clone(), modifiers(terms))
            .prop_filter("a modifier", |(_, with)| !with.is_empty())
            .prop_map(|(term, with)| TemplatePart::With(term, with)),
    ];
    prop::collection::vec((interpolation, prop::option::of(text)), 0..3).prop_map(|parts| {
        let parts = parts
            .into_iter()
            .flat_map(|(interpolation, text)| [Some(interpolation), text.map(TemplatePart::Text)])
            .flatten()
            .collect();
        node(TermKind::Template(parts))
    })
}

fn modifiers(terms: BoxedStrategy<Term>) -> BoxedStrategy<Vec<With>> {
    let target = operands(scalars().boxed())
        .prop_map(|rest| reference(node(TermKind::Var("input".into())), rest));
    let with =
        (target, terms).prop_map(|(target, value)| With { target, value, span: Span::default() });
    prop::collection::vec(with, 0..2).boxed()
}

fn literals(terms: BoxedStrategy<Term>) -> BoxedStrategy<Literal> {
    let plain = prop_oneof![
        4 => terms.clone().prop_map(LiteralKind::Term),
        1 => (terms.clone(), terms.clone()).prop_map(|(left, right)| LiteralKind::Unify(left, right)),
        1 => (terms.clone(), terms.clone()).prop_map(|(left, right)| LiteralKind::Assign(left, right)),
    ]
    .boxed();
    let modified = prop_oneof![
        4 => plain.clone(),
        1 => plain.prop_map(|kind| LiteralKind::Not(Box::new(kind))),
        1 => (prop::option::of(terms.clone()), terms.clone(), terms.clone())
            .prop_map(|(key, value, collection)| LiteralKind::SomeIn { key, value, collection }),
        1 => (prop::option::of(names()), names(), terms.clone()).prop_map(|(key, value, domain)| {
            LiteralKind::Every { key, value, domain, body: truth() }
        }),
    ];
    let names = prop::collection::vec(names(), 1..3).prop_map(LiteralKind::Some);
    prop_oneof![
        8 => (modified, modifiers(terms)).prop_map(|(kind, with)| literal_of(kind, with)),
        1 => names.prop_map(|kind| literal_of(kind, Vec::new())),
    ]
    .boxed()
}

fn literal_of(kind: LiteralKind, with: Vec<With>) -> Literal {
    Literal { kind, with, span: Span::default() }
}

fn truth() -> Body {
    let literals = vec![literal_of(LiteralKind::Term(node(TermKind::Bool(true))), Vec::new())];
    Body { literals, span: Span::default() }
}

fn bodies(terms: BoxedStrategy<Term>) -> BoxedStrategy<Body> {
    prop::collection::vec(literals(terms), 1..4)
        .prop_map(|literals| Body { literals, span: Span::default() })
        .boxed()
}

fn assigned() -> impl Strategy<Value = Assigned> {
    (any::<bool>(), terms()).prop_map(|(declares, term)| Assigned { declares, term })
}

fn heads() -> impl Strategy<Value = Head> {
    let rest = prop_oneof![Just(Vec::new()), operands(terms())];
    let kind = prop_oneof![
        prop::option::of(assigned()).prop_map(HeadKind::Value),
        (prop::collection::vec(terms(), 1..3), prop::option::of(assigned()))
            .prop_map(|(parameters, value)| HeadKind::Function { parameters, value }),
        terms().prop_map(|key| HeadKind::Set { key, contains: true }),
    ];
    (names(), rest, kind).prop_map(|(name, operands, kind)| {
        let reference = HeadRef { name, operands };
        Head { reference, kind, uses_if: true, span: Span::default() }
    })
}

fn rules() -> impl Strategy<Value = Rule> {
    let branch = (prop::option::of(assigned()), bodies(terms())).prop_map(|(value, body)| Else {
        value,
        uses_if: true,
        body: Some(body),
        span: Span::default(),
    });
    (heads(), bodies(terms()), prop::option::of(branch), prop::option::of(bodies(terms())))
        .prop_map(|(head, body, branch, chained)| {
            let may_branch =
                head.reference.operands.is_empty() && !matches!(head.kind, HeadKind::Set { .. });
            let branches: Vec<Else> = branch.filter(|_| may_branch).into_iter().collect();
            let chained = chained.filter(|_| branches.is_empty());
            let bodies = [body].into_iter().chain(chained).collect();
            Rule { default: false, head, bodies, branches, span: Span::default() }
        })
}

fn modules() -> impl Strategy<Value = Module> {
    let path = prop::collection::vec(strings(), 0..3).prop_map(|mut path| {
        path.insert(0, "data".into());
        path
    });
    let import = (path, names()).prop_map(|(path, name)| Import {
        path,
        alias: Some(name),
        span: Span::default(),
    });
    let imports = prop::collection::vec(import, 0..2);
    (imports, prop::collection::vec(rules(), 0..3)).prop_map(|(imports, rules)| Module {
        version: RegoVersion::V1,
        package: Package { path: vec!["test".into(), "a b".into()], span: Span::default() },
        imports,
        rules,
        comments: Vec::new(),
    })
}

/// Tokens of Rego, and some characters outside of tokens.
const TOKENS: [&str; 58] = [
    "package a",
    "import",
    "future.keywords",
    "rego.v1",
    "default",
    "p",
    "x",
    "if",
    "contains",
    "else",
    "some",
    "every",
    "in",
    "not",
    "with",
    "as",
    "input",
    "data",
    "set()",
    ":=",
    "=",
    "==",
    "|",
    "&",
    "-",
    "+",
    "*",
    "<",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ";",
    ":",
    ".",
    "\n",
    " ",
    "# c\n",
    "\"a\"",
    "`b`",
    "$\"",
    "\"",
    "$`",
    "`",
    "1",
    "2.5",
    "-3",
    "true",
    "null",
    "_",
    "\\",
    "ü",
    "\0",
    "!",
    "'",
];

/// Generates text made of tokens of Rego.
fn token_sequences() -> impl Strategy<Value = String> {
    let token = prop::sample::select(TOKENS.to_vec());
    prop::collection::vec((token, any::<bool>()), 0..60).prop_map(|tokens| {
        tokens.iter().flat_map(|(token, spaced)| [*token, if *spaced { " " } else { "" }]).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn printed_modules_parse_to_equal_trees(module in modules()) {
        let text = print::module(&module);
        match parse(&text, RegoVersion::V1) {
            Ok(again) => prop_assert!(again == module, "{}\nbecame\n{}", text, print::module(&again)),
            Err(errors) => prop_assert!(false, "{}\n{:?}", text, errors.0),
        }
    }

    #[test]
    fn arbitrary_text_does_not_panic(text in any::<String>()) {
        for version in [RegoVersion::V0, RegoVersion::V1] {
            let _ = parse(&text, version);
        }
        let _ = super::super::term(&text);
    }

    #[test]
    fn arbitrary_tokens_do_not_panic(text in token_sequences()) {
        let text = format!("package test\n{text}");
        for version in [RegoVersion::V0, RegoVersion::V1] {
            match parse(&text, version) {
                Ok(module) => {
                    let printed = print::module(&module);
                    prop_assert!(parse(&printed, module.version) == Ok(module), "{}", printed);
                }
                Err(errors) => {
                    prop_assert!(!errors.0.is_empty());
                    for error in errors.0 {
                        prop_assert!(error.span.start <= error.span.end);
                        prop_assert!(text.is_char_boundary(error.span.start as usize));
                    }
                }
            }
        }
    }
}
