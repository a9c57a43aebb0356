//! Follows the parts of `input`, or of `data`, through a program.
//!
//! An abstract evaluation follows them through locals, arguments and results. A value that is only
//! looked into keeps its place in a tree. A value that is compared, collected or given to a builtin
//! is needed whole. In all other cases, the analysis also assumes that the whole value is needed.
//! Leaving out the rest changes no answer, because no expression could have observed the
//! difference.

mod exprs;
mod places;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::ir::{
    Block, Callee, CollectKind, Condition, Expr, Function, FunctionId, Leaf, LocalId, Lookup,
    Program, Projection, Replacement, Statement, Yield,
};
use crate::passes::effects;

use crate::passes::projection::results;

/// Finds the parts of `input`, of `data` and of the members of multisets that the entry points of
/// `program` can read.
pub(in crate::passes) fn run(program: &mut Program) {
    let (input, multisets) = analyze(program, Root::Input);
    program.projection = input;
    program.data_projection = analyze(program, Root::Data).0;
    for (function, multisets) in program.functions.iter_mut().zip(multisets) {
        function.multisets = multisets;
    }
}

/// The keys that are read of the members of a function's multisets, by local.
type Multisets = BTreeMap<LocalId, Vec<Arc<str>>>;

/// The document that the analysis follows through a program.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    Input,
    Data,
}

fn analyze(program: &Program, root: Root) -> (Projection, Vec<Multisets>) {
    let mut analysis = Analysis::new(program, root);
    let mut multisets;
    loop {
        let before = analysis.size();
        multisets = Vec::with_capacity(program.functions.len());
        for (index, function) in program.functions.iter().enumerate() {
            analysis.function(index, function);
            multisets.push(analysis.reads_of_multisets());
        }
        for entry in &program.entries {
            analysis.keep(&analysis.results[entry.function.0 as usize].clone());
        }
        if analysis.size() == before {
            break;
        }
    }
    (analysis.demand(ROOT, &[]), multisets)
}

/// The maximal depth of a place. All below it is needed whole. Without a limit, a function that is
/// called with its own result would make ever deeper places.
const MAX_DEPTH: usize = 24;

/// An index into the nodes of the tree.
type Place = usize;
/// The places that a value may hold, if it is part of the document.
type Places = BTreeSet<Place>;

const ROOT: Place = 0;

#[derive(Default)]
struct Node {
    depth: usize,
    whole: bool,
    members: BTreeMap<Arc<str>, Place>,
    others: Option<Place>,
}

struct Analysis<'p> {
    root: Root,
    effects: effects::Analysis<'p>,
    nodes: Vec<Node>,
    /// By function, the places that its parameters may hold.
    parameters: Vec<Vec<Places>>,
    /// By function, the places that its result may hold.
    results: Vec<Places>,
    /// By function, the places that the members of its resulting multiset may hold.
    given: Vec<Places>,
    /// By hash index, the function that returns its keys.
    joins: Vec<FunctionId>,
    /// The places that the locals of the current function may hold.
    locals: Vec<Places>,
    /// The places that the members of its multisets may hold, by local.
    multisets: Vec<Places>,
    /// The multisets of the current function with members that are not parts of the document.
    made: BTreeSet<LocalId>,
    /// The enclosing collections, each with its local if it is a multiset.
    collected: Vec<Option<LocalId>>,
}

impl<'p> Analysis<'p> {
    fn new(program: &'p Program, root: Root) -> Self {
        let parameters = program.functions.iter();
        Self {
            root,
            effects: effects::Analysis::new(program),
            nodes: vec![Node::default()],
            parameters: parameters
                .map(|function| vec![Places::new(); function.parameters.len()])
                .collect(),
            results: vec![Places::new(); program.functions.len()],
            given: vec![Places::new(); program.functions.len()],
            joins: program.joins.iter().map(|join| join.keys).collect(),
            locals: Vec::new(),
            multisets: Vec::new(),
            made: BTreeSet::new(),
            collected: Vec::new(),
        }
    }

    /// Returns a measure that grows with every fact that is found.
    fn size(&self) -> usize {
        let parameters = self.parameters.iter().flatten().map(Places::len).sum::<usize>();
        let results = self.results.iter().chain(&self.given).map(Places::len).sum::<usize>();
        let whole = self.nodes.iter().filter(|node| node.whole).count();
        self.nodes.len() + parameters + results + whole
    }

    fn function(&mut self, index: usize, function: &Function) {
        self.locals = vec![Places::new(); function.locals.len()];
        self.multisets = vec![Places::new(); function.locals.len()];
        self.made.clear();
        for (position, &parameter) in function.parameters.iter().enumerate() {
            let places = self.parameters[index][position].clone();
            self.bind(parameter, places);
        }
        let results = self.block(&function.body);
        self.results[index].extend(results);
        if let Some(Statement::Yield(Yield::Return(Expr::Local(local)))) = function.body.0.last() {
            self.given[index].extend(&self.multisets[local.0 as usize]);
        }
    }

    fn bind(&mut self, local: LocalId, places: Places) {
        self.locals[local.0 as usize].extend(places);
    }

    /// Returns the places that the block's results may hold.
    fn block(&mut self, block: &Block) -> Places {
        let mut results = Places::new();
        for statement in &block.0 {
            results.extend(self.statement(statement));
        }
        results
    }

    fn statement(&mut self, statement: &Statement) -> Places {
        match statement {
            Statement::Let { local, value }
            | Statement::Bind { local, value }
            | Statement::LetOption { local, value } => {
                let places = self.value(value);
                self.bind(*local, places);
                Places::new()
            }
            Statement::Test(condition) => self.condition(condition),
            Statement::Destructure { items, of } => self.destructure(items, of),
            Statement::Each { value, of, lookup, body, .. } => {
                let places = self.value(of);
                let members = self.others(&places);
                if let Some(lookup) = lookup {
                    self.lookup(lookup, &members);
                }
                if let Some(value) = value {
                    self.bind(*value, members);
                    let members = self.members_of_bag(of, body);
                    self.bind(*value, members);
                }
                self.block(body)
            }
            Statement::Rows { arguments, body, .. } => {
                self.keep_all(arguments);
                self.block(body)
            }
            Statement::With { replacements, .. } => self.replacements(replacements),
            Statement::First { local, body } => {
                let results = self.block(body);
                self.bind(*local, results.clone());
                results
            }
            Statement::Collect { local, kind, body, .. } => {
                self.collected.push((*kind == CollectKind::Multiset).then_some(*local));
                let results = self.block(body);
                self.collected.pop();
                results
            }
            Statement::Switch { on, arms } => {
                self.value(on);
                arms.iter().flat_map(|(_, body)| self.block(body)).collect()
            }
            Statement::Walk { of, body, .. } => {
                self.keep_value(of);
                self.block(body)
            }
            Statement::WalkPath(_) | Statement::Region { .. } => Places::new(),
            Statement::Single { body, .. }
            | Statement::Fused { body, .. }
            | Statement::Scope { body, .. } => self.block(body),
            Statement::Lazy { local, before, value } => {
                let results = self.block(before);
                let places = self.value(value);
                self.bind(*local, places);
                results
            }
            Statement::Yield(given) => self.given(given),
        }
    }

    /// Returns the places that the members of an iterated multiset may hold. The evaluation may be
    /// repeated with the multiset sorted by the kept parts; if the loop could observe the
    /// difference, the members are kept whole.
    fn members_of_bag(&mut self, of: &Expr, body: &Block) -> Places {
        let members = match of {
            Expr::Local(local) => self.multisets[local.0 as usize].clone(),
            Expr::Rule(function, _) => self.given[function.0 as usize].clone(),
            _ => return Places::new(),
        };
        if self.effects.block(body).stops || !results::are_plain(body) {
            self.keep(&members);
        }
        members
    }

    /// Visits a value that is added to a collection. A set compares its members and an array keeps
    /// them; a multiset does neither.
    fn collect(&mut self, value: &Expr) {
        match self.collected.last() {
            Some(&Some(multiset)) => {
                let places = self.value(value);
                if places.is_empty() {
                    self.made.insert(multiset);
                }
                self.multisets[multiset.0 as usize].extend(places);
            }
            _ => self.keep_value(value),
        }
    }

    /// Returns the keys that are read of the members of the current function's multisets. Once the
    /// analysis finds nothing new, the result is complete.
    fn reads_of_multisets(&self) -> Multisets {
        let multisets = (0_u32..).map(LocalId).zip(&self.multisets);
        let reads = multisets.filter_map(|(local, places)| {
            let known = !places.is_empty() && !self.made.contains(&local);
            Some((local, known.then(|| self.keys_read(places)).flatten()?))
        });
        reads.collect()
    }

    /// Returns the keys that are read of `places`; `None` if all of a place or an unknown key is
    /// read.
    fn keys_read(&self, places: &Places) -> Option<Vec<Arc<str>>> {
        let mut keys = BTreeSet::new();
        for node in places.iter().map(|&place| &self.nodes[place]) {
            if node.whole || node.others.is_some() {
                return None;
            }
            keys.extend(node.members.keys().cloned());
        }
        Some(keys.into_iter().collect())
    }

    /// Visits a lookup. An index reads the keys of members as the loop's own test does.
    fn lookup(&mut self, lookup: &Lookup, members: &Places) {
        self.keep_value(&lookup.wanted);
        let keys = self.joins.get(lookup.join.0).map(|keys| keys.0 as usize);
        if let Some([_, member]) = keys.map(|keys| self.parameters[keys].as_mut_slice()) {
            member.extend(members);
        }
    }

    fn destructure(&mut self, items: &[LocalId], of: &Expr) -> Places {
        let places = self.value(of);
        let members = self.others(&places);
        for item in items {
            self.bind(*item, members.clone());
        }
        Places::new()
    }

    fn replacements(&mut self, replacements: &[Replacement]) -> Places {
        for replacement in replacements {
            match replacement {
                Replacement::Input(path, value) => {
                    self.replaced(Root::Input, path);
                    self.keep_value(value);
                }
                Replacement::Data(path, _, value) => {
                    self.replaced(Root::Data, path);
                    self.keep_value(value);
                }
                Replacement::FunctionValue(_, value) => self.keep_value(value),
                // The arguments of replaceable calls are kept, and so are the replacement's
                // results.
                Replacement::FunctionCall(_, Callee::Function(function), _) => {
                    let results = self.results[function.0 as usize].clone();
                    self.keep(&results);
                }
                Replacement::FunctionCall(_, Callee::Builtin(_), _) => {}
            }
        }
        Places::new()
    }

    /// Visits the places on the way to `path`: they decide the new document.
    fn replaced(&mut self, root: Root, path: &[Arc<str>]) {
        let places = self.document(root);
        path.iter().fold(places, |places, key| self.member(&places, key));
    }

    /// Returns the whole document, if it is the one that the analysis follows.
    fn document(&self, root: Root) -> Places {
        if self.root == root { Places::from([ROOT]) } else { Places::new() }
    }

    /// Returns the places that a yield passes to the function's caller, or to the enclosing
    /// [`Statement::First`].
    fn given(&mut self, given: &Yield) -> Places {
        match given {
            Yield::Return(value) | Yield::First(value) => return self.value(value),
            Yield::Member(value) => self.collect(value),
            // Values that must agree are compared.
            Yield::Single { value, .. } => self.keep_value(value),
            Yield::Pair { key, value } => {
                self.keep_value(key);
                self.keep_value(value);
            }
            Yield::Entry { keys, leaf: Leaf::Value(value) | Leaf::Member(value), .. } => {
                self.keep_all(keys);
                self.keep_value(value);
            }
            Yield::Row(values) => self.keep_all(values),
            Yield::Found | Yield::Noted => {}
        }
        Places::new()
    }

    fn condition(&mut self, condition: &Condition) -> Places {
        match condition {
            Condition::Truthy(value) | Condition::Defined(value) | Condition::Collection(value) => {
                self.value(value);
            }
            Condition::ObjectOf(value, _) => {
                let places = self.value(value);
                self.others(&places);
            }
            Condition::Equal(left, right) | Condition::Compare(_, left, right) => {
                self.compare(left, right);
            }
            Condition::Key { of, key, .. } => {
                let places = self.value(of);
                self.others(&places);
                self.keep_value(key);
            }
            Condition::MayMatch(patterns, text) => {
                self.keep_value(patterns);
                self.keep_value(text);
            }
            Condition::InPass(..) => {}
            Condition::Not(inner) => {
                self.condition(inner);
            }
            Condition::Exists(block) => {
                self.block(block);
            }
        }
        Places::new()
    }
}
