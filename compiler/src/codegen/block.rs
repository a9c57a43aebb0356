//! Prints blocks and statements, and the jumps of failing statements.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::Lifetime;

use crate::codegen::comment;
use crate::codegen::function::{FunctionPrinter, context_name};
use crate::codegen::guard;
use crate::hir::Constant;
use crate::ir::{Block, Condition, ContextId, Expr, Leaf, LocalId, ReturnKind, Statement, Yield};

/// A construct that encloses the current statement.
pub(super) enum Frame {
    /// The function: a failing statement returns undefined.
    Function,
    /// The closure of a lazy value: a failing statement makes the value undefined.
    Lazy,
    /// A loop: a failing statement continues with the next iteration.
    Loop,
    /// A block without a value: a failing statement leaves it.
    Scope(Label),
    /// A block that is true if it finds a solution.
    Exists(Label, Option<Ident>),
    /// A block whose value is the first one that it reaches.
    First(Label),
}

impl Frame {
    fn is_labeled(&self, name: &str) -> bool {
        match self {
            Frame::Scope(label) | Frame::Exists(label, _) | Frame::First(label) => {
                label.name.ident == name
            }
            Frame::Function | Frame::Lazy | Frame::Loop => false,
        }
    }
}

/// A label, which is printed only if a jump uses it.
pub(super) struct Label {
    pub(super) name: Lifetime,
    pub(super) used: bool,
}

impl Label {
    fn jump(&mut self) -> Lifetime {
        self.used = true;
        self.name.clone()
    }
}

impl FunctionPrinter<'_, '_> {
    /// Returns a label like `name` that no enclosing construct has.
    pub(super) fn label(&self, name: &str) -> Label {
        let mut own = name.to_owned();
        let mut count = 1;
        while self.frames.iter().any(|frame| frame.is_labeled(&own)) {
            count += 1;
            own = format!("{name}_{count}");
        }
        let name = own;
        Label { name: Lifetime::new(&format!("'{name}"), Span::call_site()), used: false }
    }

    /// Prints the statements of a block. Returns `true` as well if its end can be reached.
    pub(super) fn block(&mut self, block: &Block) -> (TokenStream, bool) {
        self.statements(&block.0)
    }

    /// Prints some statements of a block. Returns `true` as well if their end can be reached.
    pub(super) fn statements(&mut self, statements: &[Statement]) -> (TokenStream, bool) {
        let mut parts = Vec::with_capacity(statements.len());
        let mut continues = true;
        for (index, statement) in statements.iter().enumerate() {
            let rest = &statements[index..];
            let returned = self.returned_collection(rest).or_else(|| self.returned_first(rest));
            if let Some(printed) = returned.or_else(|| self.guarded(rest)) {
                parts.push((printed, statement));
                continues = !matches!(self.frames.last(), Some(Frame::Function));
                break;
            }
            let (printed, next) = self.statement(statement);
            parts.push((printed, statement));
            continues = next;
            if !continues {
                break;
            }
        }
        // A context is named only if a later statement uses it, so all of them are printed first.
        let tokens = parts.into_iter().map(|(printed, statement)| match statement {
            Statement::With { context, .. } => self.bind_context(*context, &printed),
            _ => printed,
        });
        (tokens.collect(), continues)
    }

    fn bind_context(&self, context: ContextId, value: &TokenStream) -> TokenStream {
        if self.contexts.contains(&context) {
            let name = context_name(context);
            quote!(let #name = #value;)
        } else {
            quote!(let _ = #value;)
        }
    }

    /// Prints the jump of a failing statement.
    pub(super) fn fail(&mut self) -> TokenStream {
        match self.frames.last_mut() {
            None | Some(Frame::Function) => {
                let undefined = self.undefined();
                quote!(return #undefined)
            }
            Some(Frame::Lazy) => quote!(return Ok(None)),
            Some(Frame::Loop) => quote!(continue),
            Some(Frame::Scope(label)) => {
                let label = label.jump();
                quote!(break #label)
            }
            Some(Frame::Exists(label, noted)) => {
                let label = label.jump();
                let end = noted.as_ref().map_or_else(|| quote!(false), |noted| quote!(#noted));
                quote!(break #label #end)
            }
            Some(Frame::First(label)) => {
                let label = label.jump();
                quote!(break #label None)
            }
        }
    }

    fn statement(&mut self, statement: &Statement) -> (TokenStream, bool) {
        match statement {
            Statement::Let { local, value } => (self.let_value(*local, value), true),
            Statement::Bind { local, value } => (self.bind(*local, value), true),
            Statement::Test(condition) => (self.test(condition), true),
            Statement::Destructure { items, of } => (self.destructure(items, of), true),
            Statement::Each { key, value, of, lookup: None, body } => {
                (self.each(*key, *value, of, body), true)
            }
            Statement::Each { key, value, of, lookup: Some(lookup), body } => {
                let members = self.matching(of, lookup);
                let (key, value) = (self.optional_binding(*key), self.optional_binding(*value));
                let body = self.loop_body(body);
                (quote!(for (#key, #value) in #members { #body }), true)
            }
            Statement::Rows { locals, function, arguments, context, body } => {
                let name = self.printer.name(*function).clone();
                let arguments = self.values(arguments);
                let cx = self.context_reference(*context);
                let items: Vec<_> =
                    locals.iter().map(|local| self.optional_binding(*local)).collect();
                let body = self.loop_body(body);
                (quote!(for [#(#items),*] in self::#name(#cx, #(#arguments),*)? { #body }), true)
            }
            Statement::With { parent, replacements, at, .. } => {
                (self.with(*parent, replacements, *at), true)
            }
            Statement::Collect { local, kind, body, at } => {
                (self.collect(*local, *kind, body, *at), true)
            }
            Statement::Single { local, body, function } => {
                (self.single(*local, body, *function), true)
            }
            Statement::First { local, body } => (self.first(*local, body), true),
            Statement::Switch { on, arms } => (self.switch(on, arms), true),
            Statement::Walk { path, value, of, context, body } => {
                (self.walk((*path, *value), of, *context, body), true)
            }
            Statement::WalkPath(path) => (self.walk_path(*path), true),
            Statement::Lazy { local, before, value } => (self.lazy(*local, before, value), true),
            Statement::Fused { pass, count, body } => (self.fused(*pass, *count, body), true),
            Statement::LetOption { local, value } => (self.let_option(*local, value), true),
            Statement::Scope { body, at } => self.scope_statement(body, *at),
            Statement::Yield(given) => self.give(given),
        }
    }

    fn let_value(&mut self, local: LocalId, value: &Expr) -> TokenStream {
        let printed = self.value(value);
        if self.is_read(local) {
            let name = self.local(local);
            quote!(let #name = #printed;)
        } else {
            quote!(let _ = #printed;)
        }
    }

    fn bind(&mut self, local: LocalId, value: &Expr) -> TokenStream {
        if let Some(value) = self.certain(value) {
            let name = self.binding(local);
            return quote!(let #name = #value;);
        }
        let printed = self.option(value);
        let fail = self.fail();
        if self.is_read(local) {
            let name = self.local(local);
            quote!(let Some(#name) = #printed else { #fail };)
        } else {
            quote!(if #printed.is_none() { #fail; })
        }
    }

    fn test(&mut self, condition: &Condition) -> TokenStream {
        if guard::is_true(condition) {
            return TokenStream::new();
        }
        let (before, refuted) = self.refuted(condition);
        let fail = self.fail();
        quote!(#before if #refuted { #fail; })
    }

    fn destructure(&mut self, items: &[LocalId], of: &Expr) -> TokenStream {
        let of = self.any(of);
        let items: Vec<_> = items.iter().map(|&item| self.optional_binding(Some(item))).collect();
        let count = Literal::usize_unsuffixed(items.len());
        let fail = self.fail();
        quote!(let Some([#(#items),*]) = rt::array_of::<#count>(#of) else { #fail };)
    }

    pub(super) fn optional_binding(&self, local: Option<LocalId>) -> TokenStream {
        match local {
            Some(local) if self.is_read(local) => {
                let name = self.local(local);
                quote!(#name)
            }
            _ => quote!(_),
        }
    }

    fn each(
        &mut self,
        key: Option<LocalId>,
        value: Option<LocalId>,
        of: &Expr,
        body: &Block,
    ) -> TokenStream {
        let of = self.any(of);
        let key = key.filter(|&key| self.is_read(key));
        let value = value.filter(|&value| self.is_read(value));
        let body = self.loop_body(body);
        match (key.map(|key| self.local(key)), value.map(|value| self.local(value))) {
            (Some(key), Some(value)) => quote!(for (#key, #value) in rt::pairs(#of) { #body }),
            (Some(key), None) => quote!(for #key in rt::keys(#of) { #body }),
            (None, Some(value)) => quote!(for #value in rt::values(#of) { #body }),
            (None, None) => quote!(for _ in rt::values(#of) { #body }),
        }
    }

    pub(super) fn loop_body(&mut self, body: &Block) -> TokenStream {
        self.frames.push(Frame::Loop);
        let (body, _) = self.block(body);
        self.frames.pop();
        body
    }

    /// Prints a block that a failing statement leaves. The block has a label only if a jump uses
    /// it.
    pub(super) fn scope(&mut self, name: &str, block: &Block) -> TokenStream {
        let label = self.label(name);
        self.labeled(block, label).0
    }

    fn scope_parts(&mut self, block: &Block, at: crate::source::Span) -> (TokenStream, bool) {
        let label = self.label(&format!("line_{}", self.printer.yaml_line(at)));
        let comment = self.definition(block, at);
        let (body, continues) = self.labeled(block, label);
        (quote!(#comment #body), continues)
    }

    /// Prints the place of a definition as a comment, if the function has several. The definitions
    /// in a [`Statement::First`] have comments of their own.
    fn definition(&self, block: &Block, at: crate::source::Span) -> Option<TokenStream> {
        if matches!(block.0.first(), Some(Statement::First { .. })) {
            return None;
        }
        let (file, line) = self.printer.place(at).filter(|_| self.definitions > 1)?;
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let text = comment::escaped(&format!("{name}:{line}"));
        Some(quote!(comment!(#text);))
    }

    fn labeled(&mut self, block: &Block, label: Label) -> (TokenStream, bool) {
        self.frames.push(Frame::Scope(label));
        let (body, continues) = self.block(block);
        match self.frames.pop() {
            Some(Frame::Scope(Label { name, used: true })) => (quote!(#name: { #body }), true),
            _ => (body, continues),
        }
    }

    /// Prints a scope. At the end of a function it needs no label, because leaving it means
    /// returning.
    fn scope_statement(&mut self, block: &Block, at: crate::source::Span) -> (TokenStream, bool) {
        let is_last = matches!(self.frames.last(), Some(Frame::Function))
            && matches!(self.function.body.0.last(), Some(Statement::Scope { body, .. }) if std::ptr::eq(body, block));
        if !is_last {
            return self.scope_parts(block, at);
        }
        let comment = self.definition(block, at);
        let (body, continues) = self.block(block);
        (quote!(#comment #body), continues)
    }

    fn first(&mut self, local: LocalId, body: &Block) -> TokenStream {
        let block = self.first_value(body);
        let fail = self.fail();
        let bound = self.binding(local);
        let name = self.local(local);
        quote!(let #name = #block; let Some(#bound) = #name else { #fail };)
    }

    /// Prints the first value of a block that the function returns at its end.
    fn returned_first(&mut self, statements: &[Statement]) -> Option<TokenStream> {
        let [
            Statement::First { local, body },
            Statement::Yield(Yield::Return(Expr::Local(returned))),
        ] = statements
        else {
            return None;
        };
        let is_end = matches!(self.frames.last(), Some(Frame::Function))
            && self.function.returns == ReturnKind::Maybe;
        if local != returned || !is_end {
            return None;
        }
        let value = self.first_value(body);
        Some(quote!(Ok(#value)))
    }

    /// Prints the first value of a block, or `None`.
    fn first_value(&mut self, body: &Block) -> TokenStream {
        let label = self.label("first");
        self.frames.push(Frame::First(label));
        let switch = match body.0.as_slice() {
            [Statement::Switch { on, arms }] => Some(self.switch_value(on, arms)),
            _ => None,
        };
        let is_match = switch.is_some();
        let (body, continues) = switch.map_or_else(|| self.block(body), |switch| (switch, false));
        let frame = self.frames.pop();
        let end = if continues { quote!(None) } else { TokenStream::new() };
        match frame {
            Some(Frame::First(Label { name, used: true })) => quote!(#name: { #body #end }),
            _ if is_match => body,
            _ => quote!({ #body #end }),
        }
    }

    fn give(&mut self, given: &Yield) -> (TokenStream, bool) {
        match given {
            Yield::Return(value) => (self.answer(value), false),
            Yield::Single { value, at } => {
                let value = self.value(value);
                let at = self.at(*at);
                let (sink, method) = self.sink();
                (quote!(#sink.#method(#value, #at)?;), true)
            }
            Yield::Member(member) => (self.member(member), true),
            Yield::Pair { key, value } => {
                let (key, value) = (self.value(key), self.value(value));
                let (sink, method) = self.sink();
                (quote!(#sink.#method(#key, #value);), true)
            }
            Yield::Entry { keys, leaf, at } => {
                let keys = self.values(keys);
                let (method, value) = match leaf {
                    Leaf::Value(value) => (quote!(value), self.value(value)),
                    Leaf::Member(value) => (quote!(member), self.value(value)),
                };
                let at = self.at(*at);
                let (sink, _) = self.sink();
                (quote!(#sink.#method(&[#(#keys),*], #value, #at);), true)
            }
            Yield::First(value) => {
                let value = self.value(value);
                let label = self.innermost(|frame| match frame {
                    Frame::First(label) => Some(label),
                    _ => None,
                });
                (quote!(break #label Some(#value);), false)
            }
            Yield::Row(values) => {
                let values = self.values(values);
                let (sink, method) = self.sink();
                (quote!(#sink.#method([#(#values),*]);), true)
            }
            Yield::Found => {
                let label = self.innermost(|frame| match frame {
                    Frame::Exists(label, _) => Some(label),
                    _ => None,
                });
                (quote!(break #label true;), false)
            }
            Yield::Noted => (self.note(), true),
        }
    }

    fn answer(&mut self, value: &Expr) -> TokenStream {
        let value = match (self.function.returns, value) {
            (ReturnKind::Maybe, _) => self.option(value),
            (ReturnKind::Truth, Expr::Constant(Constant::Bool(truth))) => quote!(#truth),
            _ => self.value(value),
        };
        let answer = quote!(Ok(#value));
        if matches!(self.frames.last(), Some(Frame::Function)) {
            answer
        } else {
            quote!(return #answer;)
        }
    }

    fn member(&mut self, member: &Expr) -> TokenStream {
        let member = self.value(member);
        let (sink, method) = self.sink();
        quote!(#sink.#method(#member);)
    }

    /// Returns the innermost collection or single value under construction, and the method that
    /// adds to it.
    fn sink(&self) -> (Ident, TokenStream) {
        let none = || (Ident::new("rows", Span::call_site()), quote!(push));
        self.sinks.last().cloned().unwrap_or_else(none)
    }

    /// Returns the label of the innermost frame that `which` selects, and marks it as used.
    pub(super) fn innermost(
        &mut self,
        which: impl Fn(&mut Frame) -> Option<&mut Label>,
    ) -> Lifetime {
        let label = self.frames.iter_mut().rev().find_map(which);
        match label {
            Some(label) => label.jump(),
            None => Lifetime::new("'body", Span::call_site()),
        }
    }
}
