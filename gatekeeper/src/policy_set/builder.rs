//! The builder of a set of policies.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use ferrego_runtime::env::NoHost;
use ferrego_runtime::{Budget, Host, Policy, Value, Violations};

use super::limits::Limits;
use super::set::{Judged, PolicySet};
use crate::constraint::{Constraint, Enforcement, EnforcementPoint};
use crate::fault::{Fault, FaultCode, Faults, FieldPath};
use crate::review::Numbers;
use crate::schema::Schema;

/// A builder of a [`PolicySet`]: first the templates are added, then the constraints.
///
/// ```
/// use ferrego_gatekeeper::PolicySet;
/// use ferrego_gatekeeper::constraint::EnforcementPoint;
/// use ferrego_gatekeeper::review::Numbers;
///
/// let builder = PolicySet::builder()
///     .enforcement_point(EnforcementPoint::Audit)
///     .numbers(Numbers::Float64);
/// let policies = builder.build();
/// assert_eq!(policies.constraints().count(), 0);
/// ```
pub struct PolicySetBuilder {
    templates: HashMap<String, Template>,
    policies: Vec<Arc<dyn Violations>>,
    names: HashSet<(String, String)>,
    constraints: Vec<Judged>,
    point: EnforcementPoint,
    host: Arc<dyn Host + Send + Sync>,
    numbers: Numbers,
    takes_last: bool,
    limits: Limits,
}

struct Template {
    policy: usize,
    schema: Option<Arc<Schema>>,
}

impl PolicySet {
    /// Creates a builder of a set.
    pub fn builder() -> PolicySetBuilder {
        PolicySetBuilder::default()
    }
}

impl Default for PolicySetBuilder {
    fn default() -> Self {
        Self {
            templates: HashMap::new(),
            policies: Vec::new(),
            names: HashSet::new(),
            constraints: Vec::new(),
            point: EnforcementPoint::Webhook,
            host: Arc::new(NoHost),
            numbers: Numbers::Exact,
            takes_last: false,
            limits: Limits::default(),
        }
    }
}

impl PolicySetBuilder {
    /// Sets the host that answers the host builtins of policies, such as `external_data`. By
    /// default, no host does.
    #[must_use]
    pub fn host(mut self, host: Arc<dyn Host + Send + Sync>) -> Self {
        self.host = host;
        self
    }

    /// Sets the point at which the constraints are enforced; the default is the webhook. It must be
    /// set before constraints are added.
    #[must_use]
    pub fn enforcement_point(mut self, point: EnforcementPoint) -> Self {
        self.point = point;
        self
    }

    /// Sets the form in which the numbers of reviews and parameters reach the policies, if the set
    /// reads them itself. It must be set before constraints are read. An [`Inventory`] has its own
    /// setting.
    ///
    /// [`Inventory`]: crate::Inventory
    #[must_use]
    pub fn numbers(mut self, numbers: Numbers) -> Self {
        self.numbers = numbers;
        self
    }

    /// Lets the last of several templates of one kind, or constraints of one kind and name, replace
    /// the others, as Gatekeeper does silently. By default, duplicates are errors.
    #[must_use]
    pub fn take_last(mut self, takes_last: bool) -> Self {
        self.takes_last = takes_last;
        self
    }

    /// Sets the limits of each review; the default is [`Limits::default`].
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets the budget of each evaluation, one of the [`Limits`]. The default is
    /// [`Budget::default`].
    #[must_use]
    pub fn budget(mut self, budget: Budget) -> Self {
        self.limits.budget = budget;
        self
    }

    /// Adds the template of the constraints of `kind`. With the feature `interpreter`,
    /// `engine::load` returns the arguments, but any other policy works too.
    ///
    /// # Errors
    /// Returns a fault if there is already a template of this kind. Gatekeeper silently takes the
    /// last.
    pub fn add_template(
        &mut self,
        kind: &str,
        schema: Option<Arc<Schema>>,
        policy: Arc<dyn Violations>,
    ) -> Result<(), Fault> {
        if let Some(known) = self.templates.get_mut(kind)
            && self.takes_last
        {
            self.policies[known.policy] = policy;
            known.schema = schema;
            return Ok(());
        }
        if self.templates.contains_key(kind) {
            let message = format!("duplicate ConstraintTemplate of kind `{kind}`");
            let path = FieldPath::of(&["spec", "crd", "spec", "names", "kind"]);
            return Err(Fault::new(FaultCode::Duplicate, path, message)
                .with_help("keep one of them; Gatekeeper takes the last"));
        }
        let template = Template { policy: self.policies.len(), schema };
        self.templates.insert(kind.to_owned(), template);
        self.policies.push(policy);
        Ok(())
    }

    /// Adds a policy that was compiled from a template, with the schema that it contains.
    ///
    /// # Errors
    /// Returns the fault of [`PolicySetBuilder::add_template`], a fault if the policy was not
    /// compiled from a template, or the faults of its schema.
    pub fn add_compiled(&mut self, policy: &'static Policy) -> Result<(), Faults> {
        let Some(template) = policy.template else {
            let message = format!("the policy {} was not compiled from a template", policy.name);
            let path = FieldPath::default();
            return Err(Fault::new(FaultCode::InvalidTemplate, path, message).into());
        };
        let schema = Schema::of_template(template.schema, template.legacy_schema)?;
        self.add_template(template.kind, schema.map(Arc::new), Arc::new(*policy))
            .map_err(Faults::from)
    }

    /// Returns the schema of the parameters of constraints of `kind`.
    ///
    /// # Errors
    /// Returns a fault if no template has this kind.
    pub fn schema(&self, kind: &str) -> Result<Option<&Schema>, Fault> {
        let template = self.templates.get(kind).ok_or_else(|| missing(kind))?;
        Ok(template.schema.as_deref())
    }

    /// Reads a constraint, validates it with its template's schema and adds it. Returns its
    /// warnings.
    ///
    /// # Errors
    /// Returns the faults of [`Constraint::read`] or [`PolicySetBuilder::add_constraint`].
    pub fn read_constraint(&mut self, document: &Value<'_>) -> Result<Vec<Fault>, Faults> {
        let kind = document.get_str("kind").and_then(|kind| kind.as_str()).unwrap_or_default();
        let schema = self.schema(kind)?;
        let (constraint, warnings) = Constraint::read_numbers(document, schema, self.numbers)?;
        self.add_constraint(constraint)?;
        Ok(warnings)
    }

    /// Adds a constraint.
    ///
    /// # Errors
    /// Returns a fault if no template has its kind, or if there is already a constraint of its kind
    /// and name.
    pub fn add_constraint(&mut self, constraint: Constraint) -> Result<(), Fault> {
        let (kind, name) = (constraint.kind(), constraint.name());
        let policy = self.templates.get(kind).ok_or_else(|| missing(kind))?.policy;
        let is_new = self.names.insert((kind.to_owned(), name.to_owned()));
        if !is_new && self.takes_last {
            let is_other = |judged: &Judged| {
                (judged.constraint.kind(), judged.constraint.name()) != (kind, name)
            };
            self.constraints.retain(is_other);
        } else if !is_new {
            let message = format!("duplicate constraint `{kind}/{name}`");
            let path = FieldPath::of(&["metadata", "name"]);
            return Err(Fault::new(FaultCode::Duplicate, path, message)
                .with_help("keep one of them, or rename it; Gatekeeper takes the last"));
        }
        let scoped_actions = match constraint.enforcement() {
            Enforcement::Everywhere(_) => Vec::new(),
            scoped @ Enforcement::Scoped(_) => {
                let actions = scoped.actions_at(self.point.as_str());
                if actions.is_empty() {
                    // The constraint is not enforced at this point.
                    return Ok(());
                }
                actions.into_iter().map(|action| action.as_str().into()).collect()
            }
        };
        let constraint = Arc::new(constraint);
        self.constraints.push(Judged { policy, constraint, scoped_actions });
        Ok(())
    }

    /// Builds the set.
    pub fn build(self) -> PolicySet {
        let Self { policies, mut constraints, host, numbers, limits, .. } = self;
        constraints.sort_by_key(|judged| judged.policy);
        PolicySet::assemble(policies, constraints, host, (numbers, limits))
    }
}

fn missing(kind: &str) -> Fault {
    let message = format!("no ConstraintTemplate of kind `{kind}`");
    Fault::new(FaultCode::MissingTemplate, FieldPath::of(&["kind"]), message)
        .with_help("give the template too, or correct the kind")
}
