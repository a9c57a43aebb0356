//! A query as a rule that collects its solutions.
//!
//! The query `x := data.a.p[_]; count(x) > 0` becomes a module with one rule:
//!
//! ```rego
//! package ferrego_query
//!
//! solutions := [[[true, value_1], {"x": x}] |
//!     x := data.a.p[_]
//!     value_1 = count(x) > 0
//!     value_1
//! ]
//! ```
//!
//! As in OPA, each expression is bound to its value, so that a single expression that is false
//! still has a value. A query that has several expressions, or iterates, drops the solutions in
//! which an expression is false.

mod facts;

use std::sync::Arc;

use ferrego_compiler::ast::{
    Assigned, Body, Call, Comprehension, Head, HeadKind, HeadRef, Literal, LiteralKind, Module,
    Name, Operand, Rule, Term, TermKind,
};
use ferrego_compiler::diagnostics::Diagnostics;
use ferrego_compiler::parse;
use ferrego_compiler::source::{Origin, RegoVersion, Source, SourceId, Span};
use ferrego_runtime::builtins;
use ferrego_runtime::{Env, Value};

use super::policy::Policy;
use crate::failure::Failure;
use facts::Facts;

const PACKAGE: &str = "ferrego_query";
const RULE: &str = "solutions";

/// A parsed query.
pub(super) struct Query {
    text: String,
    source: Source,
    module: Module,
    /// The module with the query as the body of a rule.
    asked: Module,
    /// The path below `data`, if the query is only a path.
    path: Option<Vec<Arc<str>>>,
    variables: Vec<Arc<str>>,
    /// `true` if the query may have several solutions.
    iterates: bool,
    /// The byte range of each expression in `text`.
    expressions: Vec<(usize, usize)>,
}

/// A solution: the values of the expressions, and the bindings of the variables.
pub(super) struct Solution<'a> {
    pub(super) values: Vec<Value<'a>>,
    pub(super) bindings: Value<'a>,
}

impl Query {
    /// Parses `text` as the source with the number `id`.
    pub(super) fn parse(text: &str, version: RegoVersion, id: usize) -> Result<Self, Failure> {
        if text.trim().is_empty() {
            return Err(Failure::usage("expected a query, found an empty text"));
        }
        let source_id = SourceId(u32::try_from(id).unwrap_or(u32::MAX));
        let (source, header) = wrapped(text, version);
        let failed = |faults: Diagnostics| {
            // This source is the only one in the report. The user did not write the text after the
            // query.
            let end = header + text.trim_end().len();
            let faults = faults.0.into_iter().map(|mut fault| {
                fault.span.source = SourceId(0);
                if fault.span.start as usize >= end {
                    "unexpected end of the query".clone_into(&mut fault.message);
                    fault.help = None;
                    fault.span.start = u32::try_from(end.saturating_sub(1)).unwrap_or_default();
                    fault.span.end = fault.span.start + 1;
                }
                fault
            });
            let faults = Diagnostics(faults.collect());
            Failure::Policy(faults.notices(std::slice::from_ref(&source)))
        };
        let module = parse::module(source_id, &source.text, version).map_err(failed)?;
        let mut body = match &module.rules[..] {
            [rule] if rule.bodies.len() == 1 && rule.branches.is_empty() => rule.bodies[0].clone(),
            _ => {
                let message = format!("expected one query, found rules: {text}");
                return Err(Failure::usage(message).with_help("give files with rules with --data"));
            }
        };
        // Remove the literal `true` of the header.
        body.literals.remove(0);
        let mut facts = Facts::default();
        module.rules.iter().for_each(|rule| facts.rule(rule));
        body.literals.iter().for_each(|literal| facts.kind(&literal.kind));
        let path = path(&body);
        let asked = asking(module.clone(), &body);
        if facts.reads_all && path.is_none() {
            // The rule that collects the solutions is itself part of `data`.
            let message = format!("expected a path below `data`, found all of `data`: {text}");
            let help = "query `data` alone, or name a package in the query: data.pkg";
            return Err(Failure::usage(message).with_help(help));
        }
        let expressions = body.literals.iter().filter(|literal| is_expression(literal));
        let expressions = expressions.map(|literal| {
            let Span { start, end, .. } = literal.span;
            let place = |offset: u32| (offset as usize).saturating_sub(header).min(text.len());
            (place(start), place(end))
        });
        Ok(Self {
            text: text.to_owned(),
            path,
            expressions: expressions.collect(),
            iterates: facts.iterates,
            module: collecting(module, &body, &facts),
            asked,
            variables: facts.variables,
            source,
        })
    }

    /// Returns `true` if the solutions have bindings.
    pub(super) fn has_bindings(&self) -> bool {
        !self.variables.is_empty()
    }

    /// Returns `true` if the query is a single value and not a search.
    pub(super) fn has_one_value(&self) -> bool {
        !self.has_bindings() && !self.iterates && self.expressions.len() == 1
    }

    /// Iterates over the text, row and column of each expression.
    pub(super) fn expressions(&self) -> impl Iterator<Item = (&str, u32, u32)> {
        self.expressions.iter().map(|&(start, end)| {
            let (row, column) = ferrego_compiler::source::line_column(&self.text, start);
            (self.text.get(start..end).unwrap_or_default(), row, column)
        })
    }

    /// Returns the path below `data`, if the query is only a path.
    pub(super) fn path(&self) -> Option<&[Arc<str>]> {
        self.path.as_deref()
    }

    /// Returns the text of the query.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns the module with the query as the body of a rule, and the path of the rule.
    pub(super) fn as_rule(&self) -> (&Source, &Module, [&'static str; 2]) {
        (&self.source, &self.asked, [PACKAGE, RULE])
    }

    /// Evaluates the query with the rules of `policy`.
    pub(super) fn solutions<'a>(
        &self,
        policy: &Policy,
        env: &Env<'a>,
        input: Option<Value<'a>>,
        data: Option<Value<'a>>,
    ) -> Result<Vec<Solution<'a>>, Failure> {
        if let Some(path) = &self.path {
            let path: Vec<&str> = path.iter().map(AsRef::as_ref).collect();
            let value = policy.load(None)?.query(env, &path, input, data)?;
            let solution = |value| Solution { values: vec![value], bindings: Value::EMPTY_OBJECT };
            return Ok(value.map(solution).into_iter().collect());
        }
        let query = Some((&self.source, &self.module));
        let answer = policy.load(query)?.query(env, &[PACKAGE, RULE], input, data)?;
        let Some(Value::Array(answer)) = answer else { return Ok(Vec::new()) };
        Ok(answer.iter().filter_map(solution).collect())
    }
}

fn solution<'a>(value: &Value<'a>) -> Option<Solution<'a>> {
    let Value::Array(parts) = value else { return None };
    let [Value::Array(values), bindings] = parts else { return None };
    Some(Solution { values: values.to_vec(), bindings: *bindings })
}

/// Returns a module with the query as the body of a rule, and the length of the text before the
/// query. Spans in the module are shown as places in the query.
fn wrapped(text: &str, version: RegoVersion) -> (Source, usize) {
    let condition = if version == RegoVersion::V0 { "" } else { " if" };
    // Without a literal before it, `a | b` would turn the braces into a comprehension.
    let header = format!("package {PACKAGE}\n{RULE}{condition} {{ true;\n");
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let lines = [0, 0, 0].into_iter().chain(starts).chain([text.len(), text.len()]);
    let origin = Origin {
        name: "<query>".into(),
        text: text.into(),
        lines_before: 0,
        line_offsets: lines.collect::<Vec<_>>().into(),
    };
    let length = header.len();
    let text = format!("{header}{text}\n}}\n").into();
    (Source { name: "<query>".into(), text, version, origin: Some(origin) }, length)
}

/// Returns the path of a query such as `data.a["b"]`.
fn path(body: &Body) -> Option<Vec<Arc<str>>> {
    let [Literal { kind: LiteralKind::Term(term), with, .. }] = &body.literals[..] else {
        return None;
    };
    if !with.is_empty() {
        return None;
    }
    match &term.kind {
        _ if is_data(term) => Some(Vec::new()),
        TermKind::Ref(reference) if is_data(&reference.head) => {
            reference.operands.iter().map(constant).collect()
        }
        _ => None,
    }
}

fn is_data(term: &Term) -> bool {
    matches!(&term.kind, TermKind::Var(name) if &**name == "data")
}

/// Returns the operand of a reference as a name, if it is a constant string.
fn constant(operand: &Operand) -> Option<Arc<str>> {
    match operand {
        Operand::Field(name) => Some(name.text.clone()),
        Operand::Index(Term { kind: TermKind::String(text), .. }) => Some(text.clone()),
        Operand::Index(_) => None,
    }
}

/// Returns the builtin that `call` calls.
fn builtin(call: &Call) -> Option<&'static builtins::Builtin> {
    let name = match &call.function.kind {
        TermKind::Var(name) => name.to_string(),
        TermKind::Ref(reference) => {
            let TermKind::Var(head) = &reference.head.kind else { return None };
            let parts = reference.operands.iter().map(constant).collect::<Option<Vec<_>>>()?;
            format!("{head}.{}", parts.join("."))
        }
        _ => return None,
    };
    builtins::lookup(&name)
}

/// Returns `true` if a literal is an expression. In OPA, a declaration of variables is not an
/// expression.
fn is_expression(literal: &Literal) -> bool {
    !matches!(literal.kind, LiteralKind::Some(_))
}

/// Returns `true` if a literal has a value to keep. A call that receives its result in an operand
/// has none.
fn has_value(term: &Term) -> bool {
    let TermKind::Call(call) = &term.kind else { return true };
    match builtin(call) {
        Some(builtin) if builtin.name == "print" => false,
        Some(builtin) => call.arguments.len() <= builtin.operands().count(),
        None => true,
    }
}

/// Returns the module with the query as the body of its rule, without the literal of the header.
fn asking(mut module: Module, body: &Body) -> Module {
    if let Some(own) = module.rules.first_mut().and_then(|rule| rule.bodies.first_mut()) {
        own.clone_from(body);
    }
    module
}

/// Returns the module with the rule that collects the solutions of `body`.
fn collecting(module: Module, body: &Body, facts: &Facts) -> Module {
    let span = body.span;
    let term = |kind| Term { kind, span };
    let variable = |name: &str| term(TermKind::Var(name.into()));
    let tests = facts.iterates || body.literals.len() > 1;
    let (mut literals, mut values) = (Vec::new(), Vec::new());
    for (number, literal) in body.literals.iter().enumerate() {
        match &literal.kind {
            LiteralKind::Term(part) if has_value(part) => {
                let name = format!("value_{number}");
                let kind = LiteralKind::Unify(variable(&name), part.clone());
                literals.push(Literal { kind, ..literal.clone() });
                if tests {
                    let kind = LiteralKind::Term(variable(&name));
                    literals.push(Literal { kind, with: Vec::new(), span: literal.span });
                }
                values.push(variable(&name));
            }
            _ => {
                literals.push(literal.clone());
                if is_expression(literal) {
                    values.push(term(TermKind::Bool(true)));
                }
            }
        }
    }
    let binding = |name: &Arc<str>| (term(TermKind::String(name.clone())), variable(name));
    let bindings = term(TermKind::Object(facts.variables.iter().map(binding).collect()));
    let value = term(TermKind::Array(vec![term(TermKind::Array(values)), bindings]));
    let body = Body { literals, span };
    let all = term(TermKind::ArrayComprehension(Box::new(Comprehension { value, body })));
    let reference = HeadRef { name: Name { text: RULE.into(), span }, operands: Vec::new() };
    let kind = HeadKind::Value(Some(Assigned { declares: true, term: all }));
    let head = Head { reference, kind, uses_if: false, span };
    let rule = Rule { default: false, head, bodies: Vec::new(), branches: Vec::new(), span };
    Module { rules: vec![rule], ..module }
}
