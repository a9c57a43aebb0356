//! Prints a program as stable text, which `ferrego plan` shows and snapshots hold.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use ferrego_runtime::builtins::prepare::Place;

use crate::hir::Constant;
use crate::ir::{
    Block, Call, Callee, CollectKind, Comparison, Condition, ContextId, Expr, Function, Leaf,
    LocalId, Lookup, Pattern, Program, Replacement, ReturnKind, Statement, Yield, visit,
};

/// Returns the text of a program: its functions in order, one statement per line, with blocks
/// indented.
pub fn program(program: &Program) -> String {
    let mut text = String::new();
    for path in program.projection.paths() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "reads input{path}");
    }
    for (index, pattern) in program.patterns.iter().enumerate() {
        let _ = writeln!(text, "pattern {} {}", index + 1, self::pattern(pattern));
    }
    for function in &program.functions {
        if !text.is_empty() {
            text.push('\n');
        }
        let mut printer = Printer { program, function, text: &mut text, depth: 0 };
        let _ = printer.function();
    }
    text
}

struct Printer<'p> {
    program: &'p Program,
    function: &'p Function,
    text: &'p mut String,
    depth: usize,
}

impl Printer<'_> {
    fn function(&mut self) -> fmt::Result {
        let function = self.function;
        let parameters: Vec<_> = function.parameters.iter().map(|&id| self.local(id)).collect();
        let gives = match function.returns {
            ReturnKind::Maybe => "maybe".to_owned(),
            ReturnKind::Value => "value".to_owned(),
            ReturnKind::Truth => "truth".to_owned(),
            ReturnKind::Rows(width) => format!("rows of {width}"),
        };
        write!(self.text, "fn {}({}) -> {gives}", function.name, parameters.join(", "))?;
        if !function.fallible {
            self.text.push_str(" infallible");
        }
        if function.keyed {
            self.text.push_str(" keyed");
        }
        if let Some(cell) = function.memo {
            write!(self.text, " memo {cell}")?;
        }
        if let Some(replaceable) = &function.replaceable {
            let slots: Vec<_> = replaceable.slots.iter().map(|slot| slot.0.to_string()).collect();
            write!(self.text, " unless replaced by {}", slots.join(", "))?;
        }
        self.text.push('\n');
        self.block(&function.body)
    }

    fn block(&mut self, block: &Block) -> fmt::Result {
        self.depth += 1;
        for statement in &block.0 {
            self.statement(statement)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn line(&mut self, line: &str) -> fmt::Result {
        writeln!(self.text, "{:indent$}{line}", "", indent = self.depth * 2)
    }

    fn statement(&mut self, statement: &Statement) -> fmt::Result {
        match statement {
            Statement::Test(condition) => self.test(condition, "test"),
            Statement::With { context, parent, replacements, .. } => {
                self.with(*context, *parent, replacements)
            }
            Statement::Switch { on, arms } => {
                self.line(&format!("switch {}", self.expr(on)))?;
                self.depth += 1;
                for (text, body) in arms {
                    self.line(&format!("on {text:?}"))?;
                    self.block(body)?;
                }
                self.depth -= 1;
                Ok(())
            }
            Statement::Lazy { local, before, value } => {
                self.line(&format!("lazy {}", self.local(*local)))?;
                self.block(before)?;
                self.depth += 1;
                self.line(&format!("make {}", self.expr(value)))?;
                self.depth -= 1;
                Ok(())
            }
            _ => {
                self.line(&self.header(statement))?;
                let mut result = Ok(());
                visit::inner(statement, &mut |body| {
                    if result.is_ok() {
                        result = self.block(body);
                    }
                });
                result
            }
        }
    }

    /// The line of a statement without its blocks.
    fn header(&self, statement: &Statement) -> String {
        match statement {
            Statement::Let { local, value } => {
                format!("let {} = {}", self.local(*local), self.expr(value))
            }
            Statement::Bind { local, value } => {
                format!("bind {} = {}", self.local(*local), self.expr(value))
            }
            Statement::LetOption { local, value } => {
                format!("let option {} = {}", self.local(*local), self.expr(value))
            }
            Statement::Destructure { items, of } => {
                let items: Vec<_> = items.iter().map(|&item| self.local(item)).collect();
                format!("bind [{}] = {}", items.join(", "), self.expr(of))
            }
            Statement::Each { key, value, of, lookup, .. } => {
                let lookup = lookup.as_deref().map(|lookup| self.lookup(lookup));
                let (key, value) = (self.optional(*key), self.optional(*value));
                format!("each {key}, {value} in {}{}", self.expr(of), lookup.unwrap_or_default())
            }
            Statement::Rows { locals, function, arguments, context, .. } => {
                let locals: Vec<_> = locals.iter().map(|&local| self.optional(local)).collect();
                let name = &self.program.function(*function).name;
                let (arguments, context) = (self.exprs(arguments), context_suffix(*context));
                format!("rows {} in {name}({arguments}){context}", locals.join(", "))
            }
            Statement::Collect { local, kind, .. } => self.collect(*local, *kind),
            Statement::Single { local, function, .. } => {
                let kind = if *function { "function" } else { "rule" };
                format!("single {} of {kind}", self.local(*local))
            }
            Statement::First { local, .. } => format!("first {}", self.local(*local)),
            Statement::Walk { value, of, context, .. } => {
                let context = context_suffix(*context);
                format!("walk {} in {}{context}", self.local(*value), self.expr(of))
            }
            Statement::WalkPath(path) => format!("path {}", self.local(*path)),
            Statement::Fused { pass, count, .. } => {
                format!("fused {} of {count}", self.local(*pass))
            }
            Statement::Scope { .. } => "scope".to_owned(),
            Statement::Yield(given) => self.given(given),
            Statement::Test(_)
            | Statement::With { .. }
            | Statement::Switch { .. }
            | Statement::Lazy { .. } => String::new(),
        }
    }

    fn collect(&self, local: LocalId, kind: CollectKind) -> String {
        let kind = match kind {
            CollectKind::Array => "array",
            CollectKind::Set => "set",
            CollectKind::Multiset => "multiset",
            CollectKind::Object => "object",
            CollectKind::Document => "document",
            CollectKind::GroundDocument => "ground document",
        };
        let read = self.function.multisets.get(&local).filter(|_| kind == "multiset");
        let read = read.map(|keys| format!(" read at {}", keys.join(", ")));
        format!("collect {kind} {}{}", self.local(local), read.unwrap_or_default())
    }

    fn lookup(&self, lookup: &Lookup) -> String {
        let keys = self.program.joins.get(lookup.join.0);
        let keys = keys.map_or("?", |join| &self.program.function(join.keys).name);
        format!(" with {keys} {}", self.expr(&lookup.wanted))
    }

    fn test(&mut self, condition: &Condition, word: &str) -> fmt::Result {
        match condition {
            Condition::Exists(block) => {
                self.line(&format!("{word} exists"))?;
                self.block(block)
            }
            Condition::Not(inner) if matches!(**inner, Condition::Exists(_)) => {
                self.test(inner, &format!("{word} not"))
            }
            _ => {
                let line = format!("{word} {}", self.condition(condition));
                self.line(&line)
            }
        }
    }

    fn with(
        &mut self,
        context: ContextId,
        parent: ContextId,
        replacements: &[Replacement],
    ) -> fmt::Result {
        let replacements: Vec<_> = replacements
            .iter()
            .map(|replacement| match replacement {
                Replacement::Input(path, value) => {
                    format!("{} as {}", dotted("input", path), self.expr(value))
                }
                Replacement::Data(path, slot, value) => {
                    format!("{} (slot {}) as {}", dotted("data", path), slot.0, self.expr(value))
                }
                Replacement::FunctionValue(slot, value) => {
                    format!("function slot {} as {}", slot.0, self.expr(value))
                }
                Replacement::FunctionCall(slot, callee, _) => {
                    format!("function slot {} as {}", slot.0, self.callee(*callee))
                }
            })
            .collect();
        let parent = context_suffix(parent);
        let line = format!("with{parent} -> @{}: {}", context.0, replacements.join(", "));
        self.line(&line)
    }

    fn given(&self, given: &Yield) -> String {
        match given {
            Yield::Return(value) => format!("return {}", self.expr(value)),
            Yield::Single { value, .. } => format!("offer {}", self.expr(value)),
            Yield::Member(value) => format!("add {}", self.expr(value)),
            Yield::Pair { key, value } => format!("add {}: {}", self.expr(key), self.expr(value)),
            Yield::Entry { keys, leaf, .. } => {
                let keys = self.exprs(keys);
                match leaf {
                    Leaf::Value(value) => format!("put [{keys}] = {}", self.expr(value)),
                    Leaf::Member(value) => format!("put [{keys}] contains {}", self.expr(value)),
                }
            }
            Yield::First(value) => format!("take {}", self.expr(value)),
            Yield::Row(values) => format!("row {}", self.exprs(values)),
            Yield::Found => "found".to_owned(),
            Yield::Noted => "note".to_owned(),
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        match condition {
            Condition::Truthy(value) => self.expr(value),
            Condition::Defined(value) => format!("defined {}", self.expr(value)),
            Condition::Collection(value) => format!("collection {}", self.expr(value)),
            Condition::ObjectOf(value, keys) => {
                format!("object of {keys} {}", self.expr(value))
            }
            Condition::Equal(left, right) => {
                format!("{} == {}", self.expr(left), self.expr(right))
            }
            Condition::Compare(comparison, left, right) => {
                let symbol = match comparison {
                    Comparison::NotEqual => "!=",
                    Comparison::Less => "<",
                    Comparison::LessEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterEqual => ">=",
                };
                format!("{} {symbol} {}", self.expr(left), self.expr(right))
            }
            Condition::Key { of, key, truthy } => {
                let kind = if *truthy { "truthy " } else { "" };
                format!("{} is {kind}key of {}", self.expr(key), self.expr(of))
            }
            Condition::MayMatch(patterns, text) => {
                format!("one of {} may match {}", self.expr(patterns), self.expr(text))
            }
            Condition::InPass(pass, body) => format!("{} takes {body}", self.local(*pass)),
            Condition::Not(inner) => format!("not {}", self.condition(inner)),
            Condition::Exists(_) => "exists …".to_owned(),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        match expr {
            Expr::Local(local) | Expr::OptionLocal(local) => self.local(*local),
            Expr::Force(local) => format!("force {}", self.local(*local)),
            Expr::Constant(constant) => self::constant(constant),
            Expr::Array(items) => format!("[{}]", self.exprs(items)),
            Expr::Set(items) => format!("{{{}}}", self.exprs(items)),
            Expr::Object(pairs) => {
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.expr(key), self.expr(value)))
                    .collect();
                format!("{{{}}}", pairs.join(", "))
            }
            Expr::Truth(condition) => format!("({})", self.condition(condition)),
            Expr::Input(context) => format!("input{}", context_suffix(*context)),
            Expr::ReviewObject(context) => format!("review object{}", context_suffix(*context)),
            Expr::WalkDepth(path) => format!("length of {}", self.local(*path)),
            Expr::WalkKey(path, index) => format!("{}[{}]", self.local(*path), self.expr(index)),
            Expr::Format(format) => {
                let context = context_suffix(format.context);
                format!("format({:?}, {}){context}", format.text, self.exprs(&format.values))
            }
            Expr::Pattern(call) => {
                let (name, number) = (call.builtin.name, call.pattern.0 + 1);
                let context = context_suffix(call.context);
                format!("{name}(pattern {number}, {}){context}", self.exprs(&call.arguments))
            }
            Expr::BaseData(context) => format!("data{}", context_suffix(*context)),
            Expr::StorageGet { base, key } => {
                format!("{}[storage {}]", self.expr(base), self.expr(key))
            }
            Expr::Get { base, keys } => {
                let keys: Vec<_> = keys.iter().map(|key| format!("[{}]", self.expr(key))).collect();
                format!("{}{}", self.expr(base), keys.concat())
            }
            Expr::Package { base, children } => {
                let children: Vec<_> = children
                    .iter()
                    .map(|(name, child)| format!("{name:?}: {}", self.expr(child)))
                    .collect();
                format!("package {} with {{{}}}", self.expr(base), children.join(", "))
            }
            Expr::Rule(function, context) => {
                let name = &self.program.function(*function).name;
                format!("rule {name}{}", context_suffix(*context))
            }
            Expr::Call(call) => self.call(call),
        }
    }

    fn call(&self, call: &Call) -> String {
        let mock = call.mock.map(|slot| format!(" (slot {})", slot.0)).unwrap_or_default();
        let context = context_suffix(call.context);
        format!("{}({}){mock}{context}", self.callee(call.callee), self.exprs(&call.arguments))
    }

    fn callee(&self, callee: Callee) -> String {
        match callee {
            Callee::Builtin(builtin) => builtin.name.to_owned(),
            Callee::Function(function) => {
                format!("call {}", self.program.function(function).name)
            }
        }
    }

    fn exprs(&self, exprs: &[Expr]) -> String {
        let exprs: Vec<_> = exprs.iter().map(|expr| self.expr(expr)).collect();
        exprs.join(", ")
    }

    /// Returns a local's name with its number, because names may repeat.
    fn local(&self, local: LocalId) -> String {
        match self.function.locals.get(local.0 as usize) {
            Some(known) => format!("{}#{}", known.name, local.0),
            None => format!("?#{}", local.0),
        }
    }

    fn optional(&self, local: Option<LocalId>) -> String {
        local.map_or_else(|| "_".to_owned(), |local| self.local(local))
    }
}

/// Prints a pattern: the literal and its translation.
fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Texts { source, texts } => {
            let place = match texts.place {
                Place::Anywhere => "anywhere",
                Place::Start => "at the start",
                Place::End => "at the end",
                Place::Whole => "as a whole",
            };
            format!("regex {source:?}: {:?} {place}", texts.texts)
        }
        Pattern::Regex { source, regex } => format!("regex {source:?} as {:?}", regex.pattern),
        Pattern::Glob { source, delimiters } => format!("glob {source:?} between {delimiters:?}"),
    }
}

fn context_suffix(context: ContextId) -> String {
    if context.0 == 0 { String::new() } else { format!("@{}", context.0) }
}

fn dotted(root: &str, path: &[Arc<str>]) -> String {
    path.iter().fold(root.to_owned(), |text, key| format!("{text}.{key}"))
}

fn constant(constant: &Constant) -> String {
    match constant {
        Constant::Null => "null".to_owned(),
        Constant::Bool(value) => value.to_string(),
        Constant::Number(text) => text.to_string(),
        Constant::String(text) => format!("{text:?}"),
        Constant::Array(items) => format!("[{}]", constants(items)),
        Constant::Set(items) if items.is_empty() => "set()".to_owned(),
        Constant::Set(items) => format!("{{{}}}", constants(items)),
        Constant::Object(pairs) => {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(key, value)| format!("{}: {}", self::constant(key), self::constant(value)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

fn constants(items: &[Constant]) -> String {
    let items: Vec<_> = items.iter().map(constant).collect();
    items.join(", ")
}
