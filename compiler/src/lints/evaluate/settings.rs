//! Strings that the schema of the parameters or a caller writes, as operands of builtins.
//!
//! ```text
//! range: {type: string, default: 10.0.0.0/33}          # in the schema
//! net.cidr_contains(input.parameters.range, address)   # fails unless a constraint sets the range
//! ```
//!
//! A pass from the callers to the functions that they call finds the parameters and the constants that
//! a variable may hold. Each call of a builtin is then tried with their strings.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use ferrego_runtime::Value;

use super::{Evaluation, Kinds, Known};
use crate::hir::{
    Branch, Callee, Constant, Head, Literal, LiteralKind, Program, Ref, Root, RuleId, RuleKind,
    Term, VarId,
};
use crate::lints::calls::{self, CallSite};
use crate::lints::{Subject, bodies};
use crate::source::{SourceId, Span};

/// A value that an author writes, or a part of it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Path {
    origin: Origin,
    /// The steps below the origin, such as `.ranges[_]`.
    below: Rc<str>,
}

/// The place in which an author writes a value.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Origin {
    /// The schema of the parameters, below `input.parameters`.
    Parameters,
    /// The constant value of a rule.
    Rule(RuleId),
    /// The constant value of a rule, which a caller passes to a function.
    Passed(RuleId),
    /// The constant with which a literal calls a function.
    Argument { source: SourceId, start: u32, index: usize },
}

impl Path {
    fn of(origin: Origin) -> Self {
        Self { origin, below: Rc::from("") }
    }

    /// Returns the path of the value in the function to which a caller passes it.
    fn passed(&self) -> Self {
        let origin = match self.origin {
            Origin::Rule(id) => Origin::Passed(id),
            origin => origin,
        };
        Self { origin, below: Rc::clone(&self.below) }
    }

    /// Returns the path by which the strings are known.
    fn written(&self) -> Self {
        let origin = match self.origin {
            Origin::Passed(id) => Origin::Rule(id),
            origin => origin,
        };
        Self { origin, below: Rc::clone(&self.below) }
    }
}

/// The length beyond which the steps of a path are not followed. A chain of rules may add to them
/// without end, and a schema is not as deep.
const LONGEST: usize = 1024;

/// The most parameters that a variable is known to hold.
const PATHS: usize = 8;

/// The parameters that variables, arguments and rules may hold.
#[derive(Default)]
struct Holders {
    variables: HashMap<VarId, Vec<Path>>,
    arguments: HashMap<(RuleId, usize), Vec<Path>>,
    rules: HashMap<RuleId, Vec<Path>>,
    /// The strings at the paths.
    written: HashMap<Path, Written>,
}

/// Strings with the place that contains them.
struct Written {
    texts: Vec<Arc<str>>,
    place: Option<Span>,
}

/// Tries the calls of builtins with the strings that their operands may be.
pub(super) fn check(evaluation: &mut Evaluation<'_, '_, '_>) {
    let program = evaluation.subject.program;
    let mut holders = Holders { written: of_schema(evaluation.subject), ..Holders::default() };
    let subject = evaluation.subject;
    let order = subject.callees_first();
    for id in order {
        holders.value_of(program, *id);
    }
    for id in order.iter().copied().rev() {
        for branch in program.rule(id).clauses.iter().flat_map(|clause| &clause.branches) {
            holders.enter(id, branch);
            let mut called = Vec::new();
            bodies::of_branch(branch, &mut |body| {
                for literal in body {
                    if let Some(call) = holders.literal(evaluation, literal) {
                        called.push((call, holders.operands(call)));
                    }
                }
            });
            for (literal, operands) in called {
                call(evaluation, &holders.written, literal, &operands);
            }
        }
    }
}

/// Returns the strings that the schema writes, by the paths of the parameters.
fn of_schema(subject: &Subject<'_>) -> HashMap<Path, Written> {
    let mut found: HashMap<Path, Written> = HashMap::new();
    let source = SourceId(u32::try_from(subject.sources.len()).unwrap_or(u32::MAX));
    if subject.surroundings.document.is_none() {
        return found;
    }
    for value in &subject.surroundings.written {
        let span = Span { source, ..value.span };
        let none = Written { texts: Vec::new(), place: None };
        let Some(below) = value.path.strip_prefix("input.parameters") else { continue };
        let path = Path { origin: Origin::Parameters, below: Rc::from(below) };
        let written = found.entry(path).or_insert(none);
        written.texts.push(Arc::clone(&value.text));
        written.place = Some(written.place.map_or(span, |place| place.to(span)));
    }
    found
}

/// Returns the strings of a constant: itself, or the members of a collection.
fn strings(constant: &Constant) -> (Vec<Arc<str>>, bool) {
    let (items, collection) = match constant {
        Constant::Array(items) | Constant::Set(items) => (&items[..], true),
        one => (std::slice::from_ref(one), false),
    };
    let texts = items.iter().filter_map(|item| match item {
        Constant::String(text) => Some(Arc::clone(text)),
        _ => None,
    });
    (texts.collect(), collection)
}

impl Holders {
    /// Begins a branch, whose arguments are those of all calls.
    fn enter(&mut self, id: RuleId, branch: &Branch) {
        self.variables.clear();
        for (index, parameter) in branch.parameters.iter().enumerate() {
            if let Term::Var(variable) = parameter
                && let Some(paths) = self.arguments.get(&(id, index))
            {
                self.variables.insert(*variable, paths.clone());
            }
        }
    }

    /// Finds what a rule without arguments may hold.
    fn value_of(&mut self, program: &Program, id: RuleId) {
        let rule = program.rule(id);
        if rule.kind != RuleKind::Complete {
            return;
        }
        for clause in &rule.clauses {
            for branch in &clause.branches {
                self.variables.clear();
                for literal in &branch.body {
                    self.bind(program, literal);
                }
                let paths = match &branch.head {
                    Head::Value(Term::Constant(constant)) => {
                        vec![self.write(Origin::Rule(id), constant, Some(clause.span))]
                    }
                    Head::Value(value) | Head::Member(value) => self.of_term(value),
                };
                add(self.rules.entry(id).or_default(), paths);
            }
        }
    }

    /// Notes the strings of a constant, and returns its path.
    fn write(&mut self, origin: Origin, constant: &Constant, place: Option<Span>) -> Path {
        let (texts, collection) = strings(constant);
        let below = Rc::from(if collection { "[_]" } else { "" });
        self.written.insert(Path { origin, below }, Written { texts, place });
        Path::of(origin)
    }

    /// Notes what a literal binds.
    fn bind(&mut self, program: &Program, literal: &Literal) {
        if let LiteralKind::Unify(Term::Var(variable), value) = &literal.kind {
            let paths = match value {
                Term::Ref(reference) => self.of_reference(program, reference),
                other => self.of_term(other),
            };
            add(self.variables.entry(*variable).or_default(), paths);
        }
    }

    /// Follows a literal. Returns it if it calls a builtin.
    fn literal<'p>(
        &mut self,
        evaluation: &Evaluation<'_, '_, '_>,
        literal: &'p Literal,
    ) -> Option<&'p Literal> {
        self.bind(evaluation.subject.program, literal);
        let LiteralKind::Call { callee, arguments, .. } = &literal.kind else { return None };
        let Callee::Function(id) = callee else {
            return literal.with.is_empty().then_some(literal);
        };
        for (index, argument) in arguments.iter().enumerate() {
            let paths = match argument {
                Term::Constant(constant) => {
                    let call = evaluation.call_at(literal.span);
                    let place = call.and_then(|call| call.arguments.get(index));
                    let Span { source, start, .. } = literal.span;
                    let origin = Origin::Argument { source, start, index };
                    vec![self.write(origin, constant, place.map(|place| place.span))]
                }
                other => self.of_term(other).iter().map(Path::passed).collect(),
            };
            add(self.arguments.entry((*id, index)).or_default(), paths);
        }
        None
    }

    fn of_term(&self, term: &Term) -> Vec<Path> {
        match term {
            Term::Var(variable) => self.variables.get(variable).cloned().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn of_reference(&self, program: &Program, reference: &Ref) -> Vec<Path> {
        let (roots, consumed) = match reference.root {
            Root::Input => match reference.operands.first() {
                Some(Term::Constant(Constant::String(name))) if &**name == "parameters" => {
                    (vec![Path::of(Origin::Parameters)], 1)
                }
                _ => return Vec::new(),
            },
            Root::Var(variable) => (self.of_term(&Term::Var(variable)), 0),
            Root::Data => {
                let (node, consumed) = program.walk_tree(&reference.operands);
                let paths = node.rule.and_then(|rule| self.rules.get(&rule));
                (paths.cloned().unwrap_or_default(), consumed)
            }
        };
        let mut rest = String::new();
        for operand in &reference.operands[consumed..] {
            match operand {
                Term::Constant(Constant::String(name)) => {
                    rest.push('.');
                    rest.push_str(name);
                }
                _ => rest.push_str("[_]"),
            }
        }
        let below = |root: &Path| Path { below: format!("{}{rest}", root.below).into(), ..*root };
        let paths = roots.iter().map(below);
        paths.filter(|path| path.below.len() <= LONGEST).collect()
    }

    /// Returns the parameters that each operand of a call may hold.
    fn operands(&self, literal: &Literal) -> Vec<Vec<Path>> {
        let LiteralKind::Call { arguments, .. } = &literal.kind else { return Vec::new() };
        arguments.iter().map(|argument| self.of_term(argument)).collect()
    }
}

/// Adds paths that are not among `known` yet.
fn add(known: &mut Vec<Path>, paths: Vec<Path>) {
    for path in paths {
        if known.len() < PATHS && !known.contains(&path) {
            known.push(path);
        }
    }
}

/// Tries a call with the strings that its operands may be.
fn call(
    evaluation: &mut Evaluation<'_, '_, '_>,
    written: &HashMap<Path, Written>,
    literal: &Literal,
    held: &[Vec<Path>],
) {
    let LiteralKind::Call { callee: Callee::Builtin(builtin), arguments, .. } = &literal.kind
    else {
        return;
    };
    let arena = evaluation.arena;
    let constants: Vec<Known<'_>> = arguments
        .iter()
        .map(|argument| match argument {
            Term::Constant(constant) => Known::of_value(constant.value(arena)),
            _ => Known::ANY,
        })
        .collect();
    let held = held.iter().enumerate();
    for (index, path) in held.flat_map(|(index, paths)| paths.iter().map(move |path| (index, path)))
    {
        // Another check knows the constants of a rule in a call, unless a caller passes them.
        if matches!(path.origin, Origin::Rule(_)) {
            continue;
        }
        let Some(Written { texts, place: Some(place) }) = written.get(&path.written()) else {
            continue;
        };
        // A wrong type is the matter of another lint, which knows what the policy tests before.
        let declared = builtin.operands().nth(index).map(Kinds::declared);
        if !declared.is_some_and(|kinds| kinds.meets(Kinds::STRING)) {
            continue;
        }
        let texts: Vec<Value<'_>> =
            texts.iter().map(|text| Value::String(arena.string(text))).collect();
        let mut operands = constants.clone();
        let each_of = Some(arena.array(&texts));
        operands[index] = Known { each_of, place: Some(*place), ..Known::ANY };
        let elements = vec![None; operands.len()];
        let site = CallSite { builtin, operands: &operands, elements, span: literal.span };
        calls::check_members(evaluation, &site, index);
    }
}

/// Returns the place of the first string `text` that the schema has within `place`.
pub(super) fn written_in(subject: &Subject<'_>, place: Span, text: &Value<'_>) -> Option<Span> {
    let within = |span: Span| place.start <= span.start && span.end <= place.end;
    let written = subject.surroundings.written.iter();
    let mut found =
        written.filter(|value| within(value.span) && text.as_str() == Some(&*value.text));
    found.next().map(|value| Span { source: place.source, ..value.span })
}
