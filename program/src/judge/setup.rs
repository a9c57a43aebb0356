//! The policies, constraints and other documents by which objects are judged.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ferrego_gatekeeper::Schema;
use ferrego_gatekeeper::constraint::{self, Constraint, EnforcementPoint};
use ferrego_gatekeeper::documents::{self, Document};
use ferrego_gatekeeper::exemption::ExemptNamespaces;
use ferrego_gatekeeper::expansion::Expander;
use ferrego_gatekeeper::fault::{Fault, FaultCode, FieldPath};
use ferrego_gatekeeper::inventory::{Inventory, ObjectKey, Snapshot};
use ferrego_gatekeeper::policy_set::{Limits, PolicySet, PolicySetBuilder};
use ferrego_gatekeeper::review::{Numbers, inexact_parameter};
use ferrego_runtime::json::{self, Escape};
use ferrego_runtime::{Arena, Host, Value, Violations};
use ferrego_source::diagnostics::{Excerpt, Notice};

use super::class::{Class, wrong_group, wrong_kind};
use super::collect::Collected;
use super::explain::Explain;
use super::fill::{Filling, fill};
use crate::report::test::Rule;

/// A host of policies.
pub type SharedHost = Arc<dyn Host + Send + Sync>;

/// The settings of the policies.
#[derive(Clone, Copy)]
pub struct Settings {
    /// The place of enforcement, whose constraints judge.
    pub point: EnforcementPoint,
    /// The form of numbers.
    pub numbers: Numbers,
    /// The limits of each review.
    pub limits: Limits,
}

/// The policies, constraints and other documents by which objects are judged.
pub struct SetUp {
    /// The policies with their constraints.
    pub set: PolicySet,
    /// The expansion templates.
    pub expander: Expander,
    /// The objects that policies can see besides the judged object.
    pub inventory: Inventory,
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) point: EnforcementPoint,
    pub(super) numbers: Numbers,
    /// The places where templates build their messages, by kind.
    pub(super) messages: HashMap<Arc<str>, Vec<Excerpt>>,
    /// The schemas of the templates, by kind.
    schemas: Schemas,
    /// The kinds of the constraints whose policies see objects other than the one they judge.
    pub(super) readers: HashSet<Arc<str>>,
    /// The constraints of the inputs as `Kind/name`, including those that are not enforced here.
    pub(super) constraints: Vec<String>,
    /// The constraints as reports describe them.
    pub rules: Vec<Rule>,
    pub(super) explainer: Option<Box<dyn Explain>>,
    /// The namespaces whose objects are not judged.
    pub(super) exempt: ExemptNamespaces,
    /// The Namespaces of the cluster whose objects are judged, if they come from one.
    namespaces: Option<Arc<Inventory>>,
}

impl SetUp {
    /// Sets the explainer of verdicts.
    #[must_use]
    pub fn with_explainer(self, explainer: Option<Box<dyn Explain>>) -> Self {
        Self { explainer, ..self }
    }

    /// Judges the objects of a cluster with these Namespaces. Such objects have the Namespace that
    /// they name, and they are neither duplicates nor templates of Helm.
    #[must_use]
    pub fn in_cluster(self, namespaces: Arc<Inventory>) -> Self {
        Self { namespaces: Some(namespaces), ..self }
    }

    /// Returns `true` if the policy of the constraints of `kind` sees objects other than the one it
    /// judges.
    pub fn reads_inventory(&self, kind: &str) -> bool {
        self.readers.contains(kind)
    }

    /// Lets policies see the objects that are in the inventory now.
    pub fn retake_inventory(&mut self) {
        self.snapshot = self.inventory.snapshot();
    }

    /// Returns the accepted constraints as `Kind/name`, also those that are not enforced here.
    pub fn constraints(&self) -> &[String] {
        &self.constraints
    }

    /// Returns `true` if the judged objects come from a cluster.
    pub(super) fn is_in_cluster(&self) -> bool {
        self.namespaces.is_some()
    }

    /// Returns the Namespaces of the cluster as they are known now.
    pub(super) fn namespaces(&self) -> Option<Arc<Snapshot>> {
        self.namespaces.as_ref().map(|namespaces| namespaces.snapshot())
    }

    /// Returns `true` if a constraint may apply to objects of this kind, or to the objects that they
    /// expand to.
    pub fn may_judge(&self, group: &str, version: &str, kind: &str) -> bool {
        let takes = |own: Option<&str>, text: &str| own.is_none_or(|own| own == text);
        let mut keys = self.set.constraints().flat_map(|one| one.matching().kinds());
        keys.any(|key| takes(key.group, group) && takes(key.kind, kind))
            || self.expander.applies_to(group, version, kind)
    }

    /// Returns the value of a document that is not judged, if it decides about others or policies can
    /// see it: constraints, Configs, Providers, expansion templates and objects. Templates, suites and
    /// mutators are left out. What has no effect, such as a review or a constraint with a misspelled
    /// group, is a fault.
    pub fn check<'a>(
        &self,
        document: &'a Document,
        arena: &'a Arena,
        notices: &mut Vec<Notice>,
    ) -> Option<Value<'a>> {
        let value = document.value(arena).map_err(|notice| notices.push(notice)).ok()?;
        match Class::of(&value) {
            Class::Template | Class::Suite | Class::Mutator => return None,
            Class::Constraint | Class::Config | Class::Provider | Class::Expansion => {}
            Class::Review => {
                let message =
                    "expected templates, constraints or objects, found an AdmissionReview";
                let fault = Fault::new(FaultCode::InvalidObject, FieldPath::of(&["kind"]), message);
                notices.push(document.notice(&fault.with_help("leave out the file")));
                return None;
            }
            Class::Namespace | Class::Object => {
                if let Err(fault) = ObjectKey::of(&value) {
                    notices.push(document.notice(&fault));
                }
                let is_template = |kind: &str| self.messages.contains_key(kind);
                notices.extend(wrong_group(document, &value, is_template));
                notices.extend(wrong_kind(document, &value));
            }
        }
        Some(value)
    }

    /// Returns the text of a document in JSON with its file and its line, if a program of compiled
    /// policies keeps it. The faults are those of [`SetUp::check`].
    pub fn embedded(
        &self,
        document: &Document,
        notices: &mut Vec<Notice>,
    ) -> Option<(String, u32, String)> {
        let arena = Arena::new();
        let value = self.check(document, &arena, notices)?;
        let line = document.place(&FieldPath::default()).line;
        Some((document.file().to_string(), line, json::to_string(&value, Escape::Plain)))
    }

    /// Returns the value of a document as a cluster stores it and as policies see it.
    pub(super) fn as_held<'a>(&self, value: Value<'a>, arena: &'a Arena) -> Value<'a> {
        as_held(value, &self.schemas, arena)
    }
}

/// The schemas of templates, by kind.
pub(super) type Schemas = HashMap<Arc<str>, Arc<Schema>>;

/// Adds the defaults of its schema to a constraint. Any other value is returned unchanged.
pub(super) fn as_held<'a>(value: Value<'a>, schemas: &Schemas, arena: &'a Arena) -> Value<'a> {
    if Class::of(&value) != Class::Constraint {
        return value;
    }
    let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
    constraint::with_defaults(&value, schemas.get(kind).map(|schema| &**schema), arena)
}

/// The facts about a template, besides its policy.
#[derive(Clone, Default)]
pub struct TemplateFacts {
    /// The name of the template.
    pub name: String,
    /// The schema of the constraints' parameters; `None` if the template allows none.
    pub schema: Option<Arc<Schema>>,
    /// The paths of the parts of the inventory that the policy reads, as
    /// [`Policy::inventory`](ferrego_runtime::Policy::inventory) lists them.
    pub inventory: Vec<String>,
    /// The places where the template builds the messages of its violations, as far as they are
    /// known.
    pub messages: Vec<Excerpt>,
    /// The annotation `metadata.gatekeeper.sh/title`.
    pub title: Option<String>,
    /// The annotation `description`.
    pub description: Option<String>,
}

/// A builder of a [`SetUp`]: first the templates are added, then the constraints.
pub struct Preparation {
    builder: PolicySetBuilder,
    templates: HashMap<Arc<str>, TemplateFacts>,
    /// The constraints that were accepted.
    constraints: Vec<String>,
    /// The kinds of templates that are broken.
    broken: HashSet<String>,
    settings: Settings,
    /// The advice about a constraint without a template.
    missing: &'static str,
}

impl Preparation {
    /// Begins a set-up without templates. `missing` is the advice about a constraint without a
    /// template.
    pub fn new(settings: Settings, missing: &'static str) -> Self {
        let Settings { point, numbers, limits } = settings;
        let builder = PolicySet::builder().enforcement_point(point).numbers(numbers).limits(limits);
        let (templates, broken) = (HashMap::new(), HashSet::new());
        Self { builder, templates, constraints: Vec::new(), broken, settings, missing }
    }

    /// Sets the host of the policies, which answers calls of `external_data`.
    #[must_use]
    pub fn host(self, host: Option<SharedHost>) -> Self {
        let builder = match host {
            Some(host) => self.builder.host(host),
            None => self.builder,
        };
        Self { builder, ..self }
    }

    /// Adds the template of the constraints of `kind`.
    ///
    /// # Errors
    /// Returns a fault if there is already a template of this kind.
    pub fn add_template(
        &mut self,
        kind: &Arc<str>,
        facts: TemplateFacts,
        policy: Arc<dyn Violations>,
    ) -> Result<(), Fault> {
        self.builder.add_template(kind, None, policy)?;
        self.templates.insert(Arc::clone(kind), facts);
        Ok(())
    }

    /// Records that the template of the constraints of `kind` is broken and was reported.
    pub fn add_broken(&mut self, kind: &str) {
        self.broken.insert(kind.to_owned());
    }

    /// Returns the advice about a constraint without a template, with the kinds that have one if they
    /// are few.
    fn advice(&self) -> String {
        let mut kinds: Vec<&str> = self.templates.keys().map(|kind| &**kind).collect();
        kinds.sort_unstable();
        match kinds.len() {
            1..=8 => format!("{}; the templates make {}", self.missing, kinds.join(", ")),
            _ => self.missing.to_owned(),
        }
    }

    /// Adds a constraint. A broken one is left out and reported. `accepted` receives any other.
    pub fn add_constraint(
        &mut self,
        document: &Document,
        notices: &mut Vec<Notice>,
        accepted: &mut dyn FnMut(&Constraint),
    ) {
        let arena = Arena::new();
        let value = match document.value(&arena) {
            Ok(value) => value,
            Err(notice) => return notices.push(notice),
        };
        let kind = value.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
        let Some(template) = self.templates.get(kind) else {
            if !self.broken.contains(kind) {
                let message = format!("template {:?} not found", kind.to_lowercase());
                let path = FieldPath::of(&["kind"]);
                let fault =
                    Fault::new(FaultCode::MissingTemplate, path, message).with_help(self.advice());
                notices.push(document.notice(&fault));
            }
            return;
        };
        match Constraint::read_numbers(&value, template.schema.as_deref(), self.settings.numbers) {
            Ok((constraint, warnings)) => {
                notices.extend(document.fault_notices(&warnings));
                if self.settings.numbers == Numbers::Exact {
                    let path = ["spec", "parameters"];
                    let parameters = value.path(&path).unwrap_or(Value::Null);
                    let inexact = inexact_parameter(&parameters, &FieldPath::of(&path));
                    notices.extend(inexact.map(|fault| document.notice(&fault)));
                }
                accepted(&constraint);
                self.constraints.push(format!("{}/{}", constraint.kind(), constraint.name()));
                if let Err(fault) = self.builder.add_constraint(constraint) {
                    notices.push(document.notice(&fault));
                }
            }
            Err(faults) => notices.extend(document.fault_notices(faults.as_slice())),
        }
    }

    /// Builds the set-up with the other documents. A broken document is left out and reported.
    pub fn finish(self, collected: &Collected, notices: &mut Vec<Notice>) -> SetUp {
        let fill_all =
            |inventory: &Inventory, contents: &Filling<'_>, notices: &mut Vec<Notice>| {
                fill(inventory, collected, contents, notices);
            };
        self.finish_with(collected, notices, fill_all)
    }

    /// Builds the set-up like [`Preparation::finish`]. `fill` adds the objects that policies can see
    /// besides the judged object.
    pub fn finish_with(
        self,
        collected: &Collected,
        notices: &mut Vec<Notice>,
        fill: impl FnOnce(&Inventory, &Filling<'_>, &mut Vec<Notice>),
    ) -> SetUp {
        let Self { builder, templates, constraints, settings, .. } = self;
        let Settings { point, numbers, .. } = settings;
        let (expander, found) = documents::expander(&collected.expansions);
        notices.extend(found);
        let read = || templates.values().flat_map(|one| one.inventory.iter().map(String::as_str));
        let reads_inventory = read().next().is_some();
        let schema = |(kind, template): (&Arc<str>, &TemplateFacts)| {
            Some((Arc::clone(kind), Arc::clone(template.schema.as_ref()?)))
        };
        let reader = |(kind, template): (&Arc<str>, &TemplateFacts)| {
            (!template.inventory.is_empty()).then(|| Arc::clone(kind))
        };
        let readers = templates.iter().filter_map(reader).collect();
        let schemas: Schemas = templates.iter().filter_map(schema).collect();
        let inventory = Inventory::with_numbers(numbers).keeping(read());
        fill(&inventory, &Filling { reads_inventory, schemas: &schemas }, notices);
        let set = builder.build();
        let rules = set.constraints().filter_map(|constraint| {
            let template = templates.get(constraint.kind())?;
            Some(Rule {
                id: format!("{}/{}", constraint.kind(), constraint.name()),
                template: template.name.clone(),
                title: template.title.clone(),
                description: template.description.clone(),
            })
        });
        let rules = rules.collect();
        let messages = |(kind, template): (Arc<str>, TemplateFacts)| (kind, template.messages);
        SetUp {
            set,
            expander,
            snapshot: inventory.snapshot(),
            inventory,
            point,
            numbers,
            messages: templates.into_iter().map(messages).collect(),
            schemas,
            readers,
            constraints,
            rules,
            explainer: None,
            exempt: ExemptNamespaces::default(),
            namespaces: None,
        }
    }
}
