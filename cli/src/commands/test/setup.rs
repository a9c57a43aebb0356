//! Builds a set of policies from templates and constraints.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use ferrego_compiler::diagnostics::{Excerpt, Notice};
use ferrego_gatekeeper::Schema;
use ferrego_gatekeeper::constraint::{self, Constraint, EnforcementPoint};
use ferrego_gatekeeper::documents::{self, Document};
use ferrego_gatekeeper::engine::{Engine, LoadedTemplate, load};
use ferrego_gatekeeper::expansion::Expander;
use ferrego_gatekeeper::explain::{Explainers, Wanted};
use ferrego_gatekeeper::fault::{Fault, FaultCode, FieldPath, Severity};
use ferrego_gatekeeper::inventory::{Inventory, Snapshot};
use ferrego_gatekeeper::policy_set::{Limits, PolicySet, PolicySetBuilder};
use ferrego_gatekeeper::review::{Numbers, inexact_parameter};
use ferrego_runtime::{Arena, Document as Owned, Value};

use super::class::Class;
use super::collect::Collected;
use crate::reports::test::Rule;

/// The settings of the policies.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Settings {
    pub(in crate::commands) point: EnforcementPoint,
    pub(in crate::commands) numbers: Numbers,
    pub(in crate::commands) limits: Limits,
    /// The explanations that are wanted.
    pub(in crate::commands) wanted: Wanted,
}

/// The policies, constraints and other documents by which objects are judged.
pub(in crate::commands) struct SetUp {
    pub(in crate::commands) set: PolicySet,
    pub(in crate::commands) expander: Expander,
    pub(in crate::commands) inventory: Inventory,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) numbers: Numbers,
    /// The places where templates build their messages, by kind.
    pub(super) messages: HashMap<Arc<str>, Vec<Excerpt>>,
    /// The schemas of the templates, by kind.
    schemas: Schemas,
    /// `true` if a policy sees objects other than the one it judges.
    pub(super) reads_inventory: bool,
    /// The constraints of the inputs as `Kind/name`, including those that are not enforced here.
    pub(super) constraints: Vec<String>,
    /// The constraints as reports describe them.
    pub(super) rules: Vec<Rule>,
    pub(super) explainers: Explainers,
}

impl SetUp {
    /// Loads the collected documents. A broken document is left out and reported among the notices.
    pub(in crate::commands) fn new(
        collected: &mut Collected,
        engine: &dyn Engine,
        settings: Settings,
    ) -> Self {
        let mut notices = std::mem::take(&mut collected.notices);
        let numbers = settings.numbers;
        let mut policies = Policies::new(settings);
        for document in &collected.templates {
            policies.template(document, engine, &mut notices);
        }
        for document in &collected.constraints {
            policies.constraint(document, &mut notices);
        }
        let (expander, found) = documents::expander(&collected.expansions);
        notices.extend(found);
        let reads_inventory = policies.loaded.values().any(|template| template.reads_inventory);
        let Policies { builder, loaded, constraints, explainers, .. } = policies;
        let schema = |(kind, template): (&Arc<str>, &LoadedTemplate)| {
            Some((Arc::clone(kind), Arc::clone(template.schema.as_ref()?)))
        };
        let schemas: Schemas = loaded.iter().filter_map(schema).collect();
        let inventory = Inventory::with_numbers(numbers);
        fill(&inventory, collected, reads_inventory, &schemas, &mut notices);
        collected.notices = notices;
        let set = builder.build();
        let rules = set.constraints().filter_map(|constraint| {
            let template = loaded.get(constraint.kind())?;
            Some(rule(template, format!("{}/{}", constraint.kind(), constraint.name())))
        });
        let rules = rules.collect();
        let messages = |(kind, template): (Arc<str>, LoadedTemplate)| (kind, template.messages);
        Self {
            set,
            expander,
            snapshot: inventory.snapshot(),
            inventory,
            numbers,
            messages: loaded.into_iter().map(messages).collect(),
            schemas,
            reads_inventory,
            constraints,
            rules,
            explainers,
        }
    }

    /// Returns the value of a document as a cluster stores it and as policies see it.
    pub(super) fn as_held<'a>(&self, value: Value<'a>, arena: &'a Arena) -> Value<'a> {
        as_held(value, &self.schemas, arena)
    }
}

/// The schemas of templates, by kind.
type Schemas = HashMap<Arc<str>, Arc<Schema>>;

/// Adds the defaults of its schema to a constraint. Any other value is returned unchanged.
fn as_held<'a>(value: Value<'a>, schemas: &Schemas, arena: &'a Arena) -> Value<'a> {
    if Class::of(&value) != Class::Constraint {
        return value;
    }
    let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
    constraint::with_defaults(&value, schemas.get(kind).map(|schema| &**schema), arena)
}

/// Describes the constraint `id` with the annotations of its template.
fn rule(template: &LoadedTemplate, id: String) -> Rule {
    let arena = Arena::new();
    let value = template.document.value(&arena).ok();
    let annotation = |name| {
        let text = value.as_ref()?.path(&["metadata", "annotations", name])?.as_str()?;
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    };
    Rule {
        id,
        template: template.name.to_string(),
        title: annotation("metadata.gatekeeper.sh/title"),
        description: annotation("description"),
    }
}

struct Policies {
    builder: PolicySetBuilder,
    loaded: HashMap<Arc<str>, LoadedTemplate>,
    /// The constraints that were accepted.
    constraints: Vec<String>,
    /// The kinds of templates that are broken.
    broken: HashSet<String>,
    numbers: Numbers,
    explainers: Explainers,
}

impl Policies {
    fn new(settings: Settings) -> Self {
        let Settings { point, numbers, limits, wanted } = settings;
        let builder = PolicySet::builder().enforcement_point(point).numbers(numbers).limits(limits);
        let (loaded, broken) = (HashMap::new(), HashSet::new());
        let explainers = Explainers::new(wanted);
        Self { builder, loaded, constraints: Vec::new(), broken, numbers, explainers }
    }

    fn template(&mut self, document: &Document, engine: &dyn Engine, notices: &mut Vec<Notice>) {
        match load(document, engine) {
            Ok(Some(template)) => {
                if *template.name != template.kind.to_lowercase() {
                    // Gatekeeper finds no template for the constraints of this kind.
                    return notices.extend(template.warnings);
                }
                let policy = template.policy.clone();
                match self.builder.add_template(&template.kind, None, policy) {
                    Ok(()) => {
                        notices.extend(template.warnings.iter().cloned());
                        notices.extend(self.explainers.add(&template, engine.preference()));
                        self.loaded.insert(template.kind.clone(), template);
                    }
                    Err(fault) => notices.push(document.notice(&fault)),
                }
            }
            Ok(None) => {}
            Err(found) => {
                notices.extend(found);
                let arena = Arena::new();
                let value = document.value(&arena).ok();
                let kind =
                    value.and_then(|value| value.path(&["spec", "crd", "spec", "names", "kind"]));
                self.broken.extend(kind.and_then(|kind| kind.as_str()).map(str::to_owned));
            }
        }
    }

    fn constraint(&mut self, document: &Document, notices: &mut Vec<Notice>) {
        let arena = Arena::new();
        let value = match document.value(&arena) {
            Ok(value) => value,
            Err(notice) => return notices.push(notice),
        };
        let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
        let Some(template) = self.loaded.get(kind) else {
            if !self.broken.contains(kind) {
                let message = format!("template {:?} not found", kind.to_lowercase());
                let path = FieldPath::of(&["kind"]);
                let fault = Fault::new(FaultCode::MissingTemplate, path, message)
                    .with_help("give the template too, or correct the kind");
                notices.push(document.notice(&fault));
            }
            return;
        };
        match Constraint::read_numbers(&value, template.schema.as_deref(), self.numbers) {
            Ok((constraint, warnings)) => {
                notices.extend(document.fault_notices(&warnings));
                if self.numbers == Numbers::Exact {
                    let path = ["spec", "parameters"];
                    let parameters = value.path(&path).unwrap_or(Value::Null);
                    let inexact = inexact_parameter(&parameters, &FieldPath::of(&path));
                    notices.extend(inexact.map(|fault| document.notice(&fault)));
                }
                self.explainers.add_constraint(&constraint, document);
                self.constraints.push(format!("{}/{}", constraint.kind(), constraint.name()));
                if let Err(fault) = self.builder.add_constraint(constraint) {
                    notices.push(document.notice(&fault));
                }
            }
            Err(faults) => notices.extend(document.fault_notices(faults.as_slice())),
        }
    }
}

/// Adds the objects that policies can see besides the judged object. If no template reads the
/// inventory, only the Namespaces are added, which namespace selectors need.
fn fill(
    inventory: &Inventory,
    collected: &Collected,
    reads_inventory: bool,
    schemas: &Schemas,
    notices: &mut Vec<Notice>,
) {
    let mut arena = Arena::new();
    let mut insert = |document: &Document| {
        arena.reset();
        // A document without a value, or without an object, is reported when it is judged.
        let Ok(value) = document.value(&arena) else { return };
        if matches!(Class::of(&value), Class::Review | Class::Suite) {
            // Clusters store neither.
            return;
        }
        let value = as_held(value, schemas, &arena);
        if let Err(fault) = inventory.insert(Arc::new(Owned::of(&value)))
            && fault.severity == Severity::Warning
        {
            notices.push(document.notice(&fault));
        }
    };
    if reads_inventory {
        collected.each(&mut |document| {
            insert(&document);
            ControlFlow::Continue(())
        });
    } else {
        collected.namespaces.iter().for_each(insert);
    }
}
