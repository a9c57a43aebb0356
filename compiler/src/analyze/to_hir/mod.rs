//! Lowers the rewritten tree to the analyzed program. Definitions of one path become one rule, and
//! rules below a rule with a dynamic head become part of it.

mod body;
pub(crate) mod rule_calls;
pub(crate) mod rule_graph;

use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::messages;
use crate::analyze::names::rule_tree::{Key, RulePosition, RuleTree};
use crate::analyze::unit::Unit;
use crate::analyze::working_ast::{Branch, Rule, Term};
use crate::diagnostics::Diagnostics;
use crate::hir;
use crate::source::Span;
use body::{BodyLowerer, Rules};

/// Lowers the whole program; errors go to the unit.
pub(crate) fn run(unit: &mut Unit<'_>) -> hir::Program {
    let mut collector = Collector { groups: Vec::new(), ids: HashMap::new() };
    let mut tree = collector.node(&unit.tree, &mut Vec::new(), false);
    // `data` itself is not a rule.
    tree.rule = None;
    let Collector { groups, ids } = collector;
    let mut errors = Diagnostics::default();
    let rules = Rules { tree: &unit.tree, ids: &ids };
    let mut lowered = Vec::with_capacity(groups.len());
    for group in &groups {
        let lowerer = RuleLowerer { unit, rules, errors: &mut errors };
        lowered.push(lowerer.rule(group));
    }
    unit.errors.0.append(&mut errors.0);
    hir::Program { rules: lowered, tree }
}

/// The definitions that form one rule.
struct Group {
    path: Vec<Arc<str>>,
    positions: Vec<RulePosition>,
}

struct Collector {
    groups: Vec<Group>,
    ids: HashMap<RulePosition, hir::RuleId>,
}

impl Collector {
    /// Groups the rules at `node` and below. Below a rule with definitions at several paths, only
    /// functions are rules of their own; the tree does not contain them.
    fn node(&mut self, node: &RuleTree, path: &mut Vec<Arc<str>>, inside: bool) -> hir::Node {
        let mut result = hir::Node::default();
        let is_function = node.rules.iter().any(|&(_, arity)| arity > 0);
        let has_scalars = node.children.keys().any(|key| matches!(key, Key::Scalar(_)));
        let is_rule = is_function || !node.rules.is_empty() || has_scalars;
        if is_rule && (is_function || !inside) {
            let mut positions = Vec::new();
            if is_function {
                positions.extend(node.rules.iter().map(|&(position, _)| position));
            } else {
                values_below(node, &mut positions);
            }
            result.rule = Some(self.add(path.clone(), positions));
        }
        for (key, child) in &node.children {
            let Key::String(name) = key else {
                self.node(child, path, true);
                continue;
            };
            path.push(Arc::clone(name));
            let below = self.node(child, path, inside || is_rule);
            path.pop();
            if !is_rule && !inside {
                result.children.insert(Arc::clone(name), below);
            }
        }
        result
    }

    fn add(&mut self, path: Vec<Arc<str>>, positions: Vec<RulePosition>) -> hir::RuleId {
        let id = hir::RuleId(u32::try_from(self.groups.len()).unwrap_or(u32::MAX));
        self.ids.extend(positions.iter().map(|&position| (position, id)));
        self.groups.push(Group { path, positions });
        id
    }
}

/// Collects the rules at a node and below that are not functions.
fn values_below(node: &RuleTree, positions: &mut Vec<RulePosition>) {
    node.depth_first(&mut |below| {
        let values = below.rules.iter().filter(|&&(_, arity)| arity == 0);
        positions.extend(values.map(|&(position, _)| position));
    });
}

struct RuleLowerer<'r> {
    unit: &'r Unit<'r>,
    rules: Rules<'r>,
    errors: &'r mut Diagnostics,
}

impl RuleLowerer<'_> {
    fn rule(mut self, group: &Group) -> hir::Rule {
        let mut clauses = Vec::new();
        let mut default = None;
        let mut kind = None;
        let mut span = None;
        for &position in &group.positions {
            let Some((rule, keys)) = definition(self.unit, position, group.path.len()) else {
                continue;
            };
            span = span.or_else(|| rule.branches.first().map(|branch| branch.head.span));
            kind = Some(join(kind, kind_of(rule, keys.len())));
            if !rule.default {
                clauses.push(self.clause(rule, &keys));
            } else if keys.is_empty() {
                default = rule.branches.first().map(|branch| self.branch(branch, &keys));
            } else {
                let what = "a default for a rule below a dynamic head is not supported";
                self.errors.push(messages::unsupported(rule.span, what));
            }
        }
        hir::Rule {
            path: group.path.clone(),
            kind: kind.unwrap_or(hir::RuleKind::Complete),
            clauses,
            default,
            span: span.unwrap_or_else(Span::default),
        }
    }

    fn clause(&mut self, rule: &Rule, keys: &[Term]) -> hir::Clause {
        let branches = rule.branches.iter().map(|branch| {
            // Each branch has its own variables at equal positions.
            let operands = &branch.head.reference;
            let own = operands.len().saturating_sub(keys.len());
            let own_keys = operands
                .get(own..)
                .filter(|own| own.len() == keys.len() && own.len() < operands.len());
            self.branch(branch, own_keys.unwrap_or(keys))
        });
        let branches = branches.collect();
        hir::Clause { branches, span: rule.span }
    }

    fn branch(&mut self, branch: &Branch, keys: &[Term]) -> hir::Branch {
        let head = &branch.head;
        let mut lowerer = BodyLowerer::new(self.rules, &self.unit.symbols, self.errors);
        let parameters = lowerer.terms(&head.parameters);
        let body = lowerer.body(&branch.body);
        let keys = lowerer.terms(keys);
        let head = match (&head.key, &head.value) {
            (Some(member), None) => hir::Head::Member(lowerer.term(member)),
            (_, Some(value)) => hir::Head::Value(lowerer.term(value)),
            (None, None) => hir::Head::Value(hir::Term::Constant(hir::Constant::Bool(true))),
        };
        let variables = lowerer.variables;
        hir::Branch { variables, parameters, keys, head, body, span: branch.head.span }
    }
}

/// Returns a definition, and the part of its path beyond the rule's own path.
fn definition<'u>(
    unit: &'u Unit<'_>,
    position: RulePosition,
    length: usize,
) -> Option<(&'u Rule, Vec<Term>)> {
    let module = unit.modules.get(position.module)?;
    let rule = module.rules.get(position.rule)?;
    let branch = rule.branches.first()?;
    let package = module.package.iter().map(|name| Term::string(name, branch.span));
    let name = branch.head.reference.first()?;
    let name = Term::string(unit.symbols.name(name.as_var()?), name.span);
    let operands = branch.head.reference.iter().skip(1).cloned();
    let path = package.chain([name]).chain(operands);
    Some((rule, path.skip(length).collect()))
}

fn kind_of(rule: &Rule, keys: usize) -> hir::RuleKind {
    let Some(branch) = rule.branches.first() else { return hir::RuleKind::Complete };
    match branch.head.parameters.len() {
        _ if keys > 0 => hir::RuleKind::PartialObject,
        0 if branch.head.is_single_value() => hir::RuleKind::Complete,
        0 => hir::RuleKind::PartialSet,
        arity => hir::RuleKind::Function { arity },
    }
}

/// Returns the kind of a rule, from that of its earlier definitions and that of the next one.
/// Definitions of different kinds make a partial object.
fn join(earlier: Option<hir::RuleKind>, next: hir::RuleKind) -> hir::RuleKind {
    match earlier {
        Some(earlier) if earlier != next => hir::RuleKind::PartialObject,
        _ => next,
    }
}
