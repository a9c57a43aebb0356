//! Lowers the analyzed program to the IR.
//!
//! Functions are created on demand, starting from the entry points, so that unused rules are not
//! generated. `rule` lowers rules and `body` their literals; `reference`, `unify` and `term` lower
//! the parts of literals. `tree` lowers references that iterate packages, and `replace` handles the
//! targets of `with`.

mod body;
mod builder;
mod index;
mod reference;
mod replace;
mod rule;
mod scope;
mod term;
mod tree;
mod unify;
mod uses;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::hir;
use crate::ir::depth::{self, LONGEST};
use crate::ir::{Entry, Function, FunctionId, Program};
use crate::observe::Observe;
use crate::passes::{self, Passes};
use crate::source::Span;

use replace::Slots;

/// The options of lowering.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The paths of the entry points below `data`. If there are none, every rule is an entry point.
    pub entries: Vec<Vec<Arc<str>>>,
    /// The passes to run.
    pub passes: Passes,
}

/// Lowers an analyzed program.
///
/// # Errors
/// Returns a diagnostic for each construct that is not supported, with its place.
pub fn lower(program: &hir::Program, options: &Options) -> Result<Program, Diagnostics> {
    lower_observed(program, options, &mut |_| ())
}

/// Lowers an analyzed program like [`lower`], and reports the end of each stage.
///
/// # Errors
/// Returns the errors of [`lower`].
pub fn lower_observed(
    program: &hir::Program,
    options: &Options,
    observe: Observe<'_>,
) -> Result<Program, Diagnostics> {
    let mut lowering = Lowering::new(program);
    for path in entry_paths(program, options) {
        let function = lowering.entry(&path);
        lowering.plan.entries.push(Entry { path, function });
    }
    let mut plan = lowering.run()?;
    observe("lower");
    passes::run(&mut plan, options.passes, observe);
    let depths = depth::depths(&plan);
    if let Some((function, _)) = plan.functions.iter().zip(depths).find(|(_, own)| *own > LONGEST) {
        let span = function.sources.first().copied().unwrap_or_default();
        let what = format!("a chain of more than {LONGEST} rules that refer to each other");
        return Err(Diagnostics(vec![*unsupported(span, &what)]));
    }
    Ok(plan)
}

fn entry_paths(program: &hir::Program, options: &Options) -> Vec<Vec<Arc<str>>> {
    if !options.entries.is_empty() {
        return options.entries.clone();
    }
    let is_document = |rule: &&hir::Rule| !matches!(rule.kind, hir::RuleKind::Function { .. });
    program.rules.iter().filter(is_document).map(|rule| rule.path.clone()).collect()
}

/// The state of lowering a program.
struct Lowering<'p> {
    program: &'p hir::Program,
    slots: Slots,
    plan: Program,
    rules: BTreeMap<hir::RuleId, FunctionId>,
    packages: BTreeMap<Vec<Arc<str>>, FunctionId>,
    pending: Vec<(FunctionId, Pending<'p>)>,
    faults: Diagnostics,
}

/// A function that has an id but no body yet.
#[derive(Clone)]
enum Pending<'p> {
    Rule(hir::RuleId),
    Package(Vec<Arc<str>>, &'p hir::Node),
    Document(Vec<Arc<str>>),
}

impl<'p> Lowering<'p> {
    fn new(program: &'p hir::Program) -> Self {
        Self {
            program,
            slots: Slots::collect(program),
            plan: Program::default(),
            rules: BTreeMap::new(),
            packages: BTreeMap::new(),
            pending: Vec::new(),
            faults: Diagnostics::default(),
        }
    }

    /// Builds the bodies of all requested functions, and of the functions that they request in
    /// turn.
    fn run(mut self) -> Result<Program, Diagnostics> {
        let mut next = 0;
        while let Some((id, pending)) = self.pending.get(next).cloned() {
            next += 1;
            let made = match pending {
                Pending::Rule(rule) => self.rule_function(rule),
                Pending::Package(path, node) => self.package_function(&path, node),
                Pending::Document(path) => self.document_function(&path),
            };
            match made {
                Ok(function) => self.plan.functions[id.0 as usize] = function,
                Err(fault) => self.faults.push(*fault),
            }
        }
        self.faults.into_result(self.plan)
    }

    /// Returns the function that returns the document at `path`.
    fn entry(&mut self, path: &[Arc<str>]) -> FunctionId {
        let operands: Vec<_> = path
            .iter()
            .map(|key| hir::Term::Constant(hir::Constant::String(key.clone())))
            .collect();
        let (node, consumed) = self.program.walk_tree(&operands);
        match node.rule {
            Some(rule)
                if consumed == path.len()
                    && !matches!(self.program.rule(rule).kind, hir::RuleKind::Function { .. }) =>
            {
                self.function_of_rule(rule)
            }
            _ => self.reserve(Pending::Document(path.to_vec())),
        }
    }

    fn function_of_rule(&mut self, rule: hir::RuleId) -> FunctionId {
        if let Some(&function) = self.rules.get(&rule) {
            return function;
        }
        let function = self.reserve(Pending::Rule(rule));
        self.rules.insert(rule, function);
        function
    }

    fn function_of_package(&mut self, path: &[Arc<str>], node: &'p hir::Node) -> FunctionId {
        if let Some(&function) = self.packages.get(path) {
            return function;
        }
        let function = self.reserve(Pending::Package(path.to_vec(), node));
        self.packages.insert(path.to_vec(), function);
        function
    }

    fn reserve(&mut self, pending: Pending<'p>) -> FunctionId {
        let returns = match &pending {
            Pending::Rule(rule) => rule::return_kind(self.program.rule(*rule), &self.slots),
            Pending::Package(path, _) => tree::return_kind(path, &self.slots),
            Pending::Document(_) => crate::ir::ReturnKind::Maybe,
        };
        let mut function = Function::empty(returns);
        if let Pending::Rule(rule) = &pending {
            function.keyed = self.program.rule(*rule).kind == hir::RuleKind::PartialObject;
        }
        let id = self.add(function);
        self.pending.push((id, pending));
        id
    }

    /// Adds a complete function.
    fn add(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(u32::try_from(self.plan.functions.len()).unwrap_or(u32::MAX));
        self.plan.functions.push(function);
        id
    }

    fn memo_cell(&mut self) -> u32 {
        let cell = self.plan.memo_cells;
        self.plan.memo_cells += 1;
        cell
    }
}

/// The result of lowering. Diagnostics are boxed because they are rare and large.
type Lowered<T> = Result<T, Box<Diagnostic>>;

/// Returns the diagnostic for `what`, which is valid Rego that is not compiled.
#[expect(clippy::unnecessary_box_returns, reason = "every caller returns it as `Lowered`")]
fn unsupported(span: Span, what: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::Unsupported, span, format!("{what} is not compiled")))
}
