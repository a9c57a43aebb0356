//! Prints expressions.

use ferrego_runtime::builtins::{Builtin, Kind};
use ferrego_runtime::codegen_support::storage;
use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::constant::Use;
use crate::codegen::function::FunctionPrinter;
use crate::hir::Constant;
use crate::ir::{Call, Callee, ContextId, Expr, FunctionId, ReturnKind};
use crate::source::Span;

impl FunctionPrinter<'_, '_> {
    /// Prints the expression as a `Value` or an `Option<Value>`, according to whether it is always
    /// defined.
    pub(super) fn any(&mut self, expr: &Expr) -> TokenStream {
        match expr {
            Expr::Local(local) | Expr::OptionLocal(local) => {
                let name = self.local(*local);
                quote!(#name)
            }
            Expr::Force(local) => {
                let name = self.local(*local);
                quote!(#name.get()?)
            }
            Expr::Constant(constant) => self.constant(constant),
            Expr::Array(_) | Expr::Object(_) | Expr::Set(_) => self.literal(ContextId(0), expr),
            Expr::InRegion(context, literal) => self.literal(*context, literal),
            Expr::Keep(context, value) => self.keep(*context, value),
            Expr::Truth(condition) => {
                let condition = self.condition(condition);
                quote!(rt::Value::Bool(#condition))
            }
            Expr::Input(context) => {
                let cx = self.context(*context);
                quote!(#cx.input())
            }
            Expr::ReviewObject(context) => {
                let cx = self.context(*context);
                quote!(#cx.review_object())
            }
            Expr::BaseData(context) => {
                let cx = self.context(*context);
                quote!(#cx.data())
            }
            Expr::WalkDepth(path) => {
                let walk = self.walk_of(*path);
                quote!(#walk.length())
            }
            Expr::WalkKey(path, index) => {
                let (walk, index) = (self.walk_of(*path), self.value(index));
                quote!(#walk.step(&#index))
            }
            Expr::Get { base, keys } => self.get(base, keys),
            Expr::StorageGet { base, key } => {
                let (base, key) = (self.any(base), self.value(key));
                self.printer.reads_fields.set(true);
                quote!(#base.base_get(&#key))
            }
            Expr::Package { base, children } => self.package(base, children),
            Expr::Rule(function, context) => self.rule(*function, *context, None),
            Expr::Call(call) => self.call(call),
            Expr::Format(format) => self.format(format),
            Expr::Pattern(call) => self.pattern_call(call),
        }
    }

    fn constant(&mut self, constant: &Constant) -> TokenStream {
        let at = self.definition();
        let place = || Use {
            function: &self.name,
            line: self.printer.place(at).1.0,
            place: self.printer.short_place(at),
        };
        self.printer.constants.borrow_mut().value(constant, place)
    }

    /// Prints the expression as a `Value`. It must be defined.
    pub(super) fn value(&mut self, expr: &Expr) -> TokenStream {
        self.any(expr)
    }

    /// Prints the expression as an `Option<Value>`.
    pub(super) fn option(&mut self, expr: &Expr) -> TokenStream {
        let printed = self.any(expr);
        if self.printer.program.is_defined(expr) { quote!(Some(#printed)) } else { printed }
    }

    pub(super) fn values(&mut self, exprs: &[Expr]) -> Vec<TokenStream> {
        exprs.iter().map(|expr| self.value(expr)).collect()
    }

    /// Prints the context as an argument.
    pub(super) fn context_reference(&mut self, context: ContextId) -> TokenStream {
        let cx = self.context(context);
        quote!(#cx)
    }

    /// Prints an array, object or set that is built in the memory of a context.
    fn literal(&mut self, context: ContextId, literal: &Expr) -> TokenStream {
        match literal {
            Expr::Array(items) => self.composite(context, &quote!(array_of), items),
            Expr::Set(members) => self.composite(context, &quote!(set_of), members),
            Expr::Object(pairs) => self.object(context, pairs),
            _ => self.any(literal),
        }
    }

    fn composite(
        &mut self,
        context: ContextId,
        method: &TokenStream,
        items: &[Expr],
    ) -> TokenStream {
        let items = self.values(items);
        let cx = self.context(context);
        quote!(#cx.#method(&[#(#items),*]))
    }

    fn object(&mut self, context: ContextId, pairs: &[(Expr, Expr)]) -> TokenStream {
        if let Some(sorted) = sorted_by_constant_keys(pairs) {
            return self.object_by(context, &quote!(sorted_object_of), sorted);
        }
        self.object_by(context, &quote!(object_of), pairs.iter().collect())
    }

    fn object_by(
        &mut self,
        context: ContextId,
        method: &TokenStream,
        pairs: Vec<&(Expr, Expr)>,
    ) -> TokenStream {
        let pairs: Vec<_> = pairs
            .into_iter()
            .map(|(key, value)| {
                let (key, value) = (self.value(key), self.value(value));
                quote!((#key, #value))
            })
            .collect();
        let cx = self.context(context);
        quote!(#cx.#method(&[#(#pairs),*]))
    }

    fn package(&mut self, base: &Expr, children: &[(std::sync::Arc<str>, Expr)]) -> TokenStream {
        let base = self.option(base);
        let children: Vec<_> = children
            .iter()
            .map(|(name, child)| {
                let name = &**name;
                let child = self.option(child);
                quote!((#name, #child))
            })
            .collect();
        let cx = self.context(ContextId(0));
        quote!(#cx.package(#base, &[#(#children),*]))
    }

    /// Prints the value of a rule, or the value at `key` of a partial object.
    fn rule(
        &mut self,
        function: FunctionId,
        context: ContextId,
        key: Option<&Expr>,
    ) -> TokenStream {
        let name = self.printer.name(function).clone();
        let cx = self.context_reference(context);
        match key.map(|key| self.value(key)) {
            Some(key) => quote!(self::#name(#cx, Some(#key))?),
            None if self.printer.program.function(function).keyed => {
                quote!(self::#name(#cx, None)?)
            }
            None => {
                let question = self.printer.question(function);
                quote!(self::#name(#cx) #question)
            }
        }
    }

    /// Prints a path, with a single step for each run of constant string keys.
    fn get(&mut self, base: &Expr, keys: &[Expr]) -> TokenStream {
        let in_data = matches!(base, Expr::BaseData(_));
        let (mut printed, mut rest) = self.path_start(base, keys);
        while !rest.is_empty() {
            let step;
            (step, rest) = self.step(rest, in_data);
            self.printer.reads_fields.set(true);
            printed = quote!(#printed.#step);
        }
        printed
    }

    /// Prints the base with the first constant keys. Also returns the remaining keys.
    fn path_start<'e>(&mut self, base: &Expr, keys: &'e [Expr]) -> (TokenStream, &'e [Expr]) {
        match base {
            Expr::Input(_) | Expr::ReviewObject(_) | Expr::BaseData(_) => {}
            Expr::Rule(function, context) if self.printer.program.function(*function).keyed => {
                return (self.rule(*function, *context, keys.first()), &keys[1..]);
            }
            _ => return (self.any(base), keys),
        }
        let in_data = matches!(base, Expr::BaseData(_));
        let count = keys.iter().take_while(|key| member_name(key, in_data).is_some()).count();
        if count == 0 {
            return (self.any(base), keys);
        }
        let path: Vec<_> = keys[..count].iter().filter_map(constant_key).collect();
        let read = match base {
            Expr::Input(context) => {
                let cx = self.context(*context);
                quote!(#cx.input_path(&[#(#path),*]))
            }
            Expr::ReviewObject(context) => {
                let cx = self.context(*context);
                quote!(#cx.review_object_path(&[#(#path),*]))
            }
            Expr::BaseData(context) => {
                let cx = self.context(*context);
                quote!(#cx.data_path(&[#(#path),*]))
            }
            _ => return (self.any(base), keys),
        };
        (read, &keys[count..])
    }

    /// Returns the method call of the next step of a path, and the remaining keys.
    fn step<'e>(&mut self, keys: &'e [Expr], in_data: bool) -> (TokenStream, &'e [Expr]) {
        let constants: Vec<_> = keys.iter().map_while(|key| member_name(key, in_data)).collect();
        match constants.as_slice() {
            [] => {
                let key = self.value(&keys[0]);
                let method = if in_data { quote!(base_get) } else { quote!(get) };
                (quote!(#method(&#key)), &keys[1..])
            }
            [key] => (quote!(field(#key)), &keys[1..]),
            path => (quote!(path(&[#(#path),*])), &keys[path.len()..]),
        }
    }

    fn call(&mut self, call: &Call) -> TokenStream {
        if let Some(printed) = self.operator_call(call) {
            return printed;
        }
        let cx = self.context(call.context);
        if let Some(slot) = call.mock {
            let slot = slot.0;
            let arguments = self.values(&call.arguments);
            let original = self.wrapper(call.callee, arguments.len(), call.at);
            return quote!(#cx.mocked(#slot, &[#(#arguments),*], #original)?);
        }
        match call.callee {
            Callee::Function(function) => {
                let arguments = self.values(&call.arguments);
                let name = self.printer.name(function);
                let question = self.printer.question(function);
                quote!(self::#name(#cx, #(#arguments),*) #question)
            }
            Callee::Builtin(builtin) => {
                let outcome = self.outcome(builtin, call);
                let called = self.builtin(builtin, &outcome, &quote!(#cx), call.at);
                quote!(#called?)
            }
        }
    }

    /// Prints the result of a builtin for a call; for a builtin of the host, its operands.
    pub(super) fn outcome(&mut self, builtin: &Builtin, call: &Call) -> TokenStream {
        self.printer.features.note(builtin);
        let arguments = self.values(&call.arguments);
        let cx = self.context(call.context);
        outcome(builtin, &quote!(&[#(#arguments),*]), &quote!(#cx))
    }

    pub(super) fn builtin(
        &mut self,
        builtin: &Builtin,
        outcome: &TokenStream,
        cx: &TokenStream,
        at: Span,
    ) -> TokenStream {
        let at = self.at(at);
        let name = builtin.name;
        let method = if is_host(builtin) { quote!(host) } else { quote!(builtin) };
        quote!(#cx.#method(#at, #name, #outcome))
    }

    /// Prints a function that takes its arguments as a slice, as replacements by `with` need it.
    pub(super) fn wrapper(&mut self, callee: Callee, arity: usize, at: Span) -> TokenStream {
        match callee {
            Callee::Builtin(builtin) => {
                self.printer.features.note(builtin);
                let outcome = outcome(builtin, &quote!(arguments), &quote!(cx));
                let call = self.builtin(builtin, &outcome, &quote!(cx), at);
                quote!(|cx, arguments| #call)
            }
            Callee::Function(function)
                if self.printer.program.function(function).returns == ReturnKind::Maybe =>
            {
                let name = self.printer.name(function).clone();
                let items: Vec<_> =
                    (1..=arity).map(|index| quote::format_ident!("a{}", index)).collect();
                let called = quote!(self::#name(cx, #(*#items),*));
                let is_fallible = self.printer.program.function(function).fallible;
                let called = if is_fallible { called } else { quote!(Ok(#called)) };
                quote! {
                    |cx, arguments| match arguments {
                        [#(#items),*] => #called,
                        _ => Ok(None),
                    }
                }
            }
            Callee::Function(_) => quote!(|_, _| Ok(None)),
        }
    }
}

/// Prints the result of a builtin for operands; for a builtin of the host, the operands.
fn outcome(builtin: &Builtin, arguments: &TokenStream, cx: &TokenStream) -> TokenStream {
    if is_host(builtin) {
        return arguments.clone();
    }
    let path: TokenStream = builtin.path.parse().unwrap_or_default();
    quote!(rt::builtins::#path(#cx.env(), #arguments))
}

pub(super) fn is_host(builtin: &Builtin) -> bool {
    matches!(builtin.kind, Kind::Host)
}

/// Returns the pairs sorted by key, if the keys are different constant strings.
fn sorted_by_constant_keys(pairs: &[(Expr, Expr)]) -> Option<Vec<&(Expr, Expr)>> {
    let mut sorted: Vec<_> = pairs.iter().collect();
    if !pairs.iter().all(|(key, _)| constant_key(key).is_some()) {
        return None;
    }
    sorted.sort_by_key(|(key, _)| constant_key(key));
    let differ = |pair: &[&(Expr, Expr)]| constant_key(&pair[0].0) != constant_key(&pair[1].0);
    sorted.windows(2).all(differ).then_some(sorted)
}

/// Returns the constant string of a key that can only name a member. Below `data`, a string may
/// also be an index of an array.
fn member_name(key: &Expr, in_data: bool) -> Option<&str> {
    constant_key(key).filter(|text| !in_data || storage::array_index(text).is_none())
}

fn constant_key(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Constant(Constant::String(key)) => Some(key),
        _ => None,
    }
}
