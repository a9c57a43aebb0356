package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/util"
	opa "github.com/open-policy-agent/opa/v1/version"
)

// evalQuestion asks for the values of rules under several inputs.
//
//	{"op": "eval", "modules": ["package a\np { input.x }"], "rego_version": "v0",
//	 "queries": ["data.a.p"], "inputs": [{"x": true}], "data": {}, "strict_errors": false}
//
// An input of null is the JSON value null. Where "inputs" is absent, input is undefined. Each of
// "input_terms" is an input written as a Rego term, and replaces "inputs".
type evalQuestion struct {
	Modules      []string          `json:"modules"`
	RegoVersion  string            `json:"rego_version"`
	Queries      []string          `json:"queries"`
	Inputs       []json.RawMessage `json:"inputs"`
	InputTerms   []string          `json:"input_terms"`
	Data         json.RawMessage   `json:"data"`
	StrictErrors bool              `json:"strict_errors"`
}

// evalAnswer holds a compile error, or for each query a case for each input.
type evalAnswer struct {
	CompileError *compileError `json:"compile_error,omitempty"`
	Queries      []queryAnswer `json:"queries,omitempty"`
}

type queryAnswer struct {
	Query string       `json:"query"`
	Cases []caseAnswer `json:"cases"`
}

type caseAnswer struct {
	Input     int    `json:"input"`
	Defined   bool   `json:"defined"`
	Typed     string `json:"typed,omitempty"`
	ErrorCode string `json:"error_code,omitempty"`
	Error     string `json:"error,omitempty"`
}

// compileError is the first error; codes and errors hold all of them.
type compileError struct {
	Code    string   `json:"code"`
	Message string   `json:"message"`
	Codes   []string `json:"codes"`
	Errors  []string `json:"errors"`
}

const resultVar = "result"

func answerEval(line []byte) (any, error) {
	var question evalQuestion
	if err := json.Unmarshal(line, &question); err != nil {
		return nil, err
	}
	store, err := openStore(question.Data)
	if err != nil {
		return nil, err
	}
	compiler, refused, err := compileModules(question.Modules, question.RegoVersion, store)
	if err != nil {
		return nil, err
	}
	if refused != nil {
		return evalAnswer{CompileError: refused}, nil
	}
	inputs, err := question.inputs()
	if err != nil {
		return nil, err
	}
	answer := evalAnswer{Queries: []queryAnswer{}}
	for _, query := range question.Queries {
		cases, err := answerQuery(compiler, store, query, inputs, question.StrictErrors)
		if err != nil {
			return nil, err
		}
		if cases.refused != nil {
			return evalAnswer{CompileError: cases.refused}, nil
		}
		answer.Queries = append(answer.Queries, queryAnswer{Query: query, Cases: cases.answers})
	}
	return answer, nil
}

// inputs returns the inputs as terms; a nil term is an undefined input.
func (q *evalQuestion) inputs() ([]*ast.Term, error) {
	var terms []*ast.Term
	for _, text := range q.InputTerms {
		term, err := ast.ParseTerm(text)
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
	}
	for _, raw := range q.Inputs {
		value, err := readValue(raw)
		if err != nil {
			return nil, err
		}
		terms = append(terms, ast.NewTerm(value))
	}
	if len(terms) == 0 {
		terms = append(terms, nil)
	}
	return terms, nil
}

func readValue(raw json.RawMessage) (ast.Value, error) {
	return ast.ValueFromReader(bytes.NewReader(raw))
}

func openStore(raw json.RawMessage) (storage.Store, error) {
	data := map[string]any{}
	if len(raw) > 0 {
		if err := util.UnmarshalJSON(raw, &data); err != nil {
			return nil, fmt.Errorf("data: %w", err)
		}
	}
	return inmem.NewFromObject(data), nil
}

// compileModules also refuses rules whose path leads into the base documents of store.
func compileModules(sources []string, version string, store storage.Store) (*ast.Compiler, *compileError, error) {
	regoVersion := ast.RegoV1
	if version == "v0" {
		regoVersion = ast.RegoV0
	}
	modules := map[string]*ast.Module{}
	for index, source := range sources {
		name := fmt.Sprintf("module_%d.rego", index)
		module, err := ast.ParseModuleWithOpts(name, source, ast.ParserOptions{RegoVersion: regoVersion})
		if err != nil {
			return nil, asCompileError(err), nil
		}
		modules[name] = module
	}
	ctx := context.Background()
	transaction, err := store.NewTransaction(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer store.Abort(ctx, transaction)
	compiler := ast.NewCompiler().
		WithDefaultRegoVersion(regoVersion).
		WithPathConflictsCheck(storage.NonEmpty(ctx, store, transaction))
	compiler.Compile(modules)
	if compiler.Failed() {
		return nil, asCompileError(compiler.Errors), nil
	}
	return compiler, nil, nil
}

func asCompileError(err error) *compileError {
	var all ast.Errors
	if !errors.As(err, &all) || len(all) == 0 {
		return &compileError{Code: "unknown", Message: err.Error(), Codes: []string{"unknown"}, Errors: []string{err.Error()}}
	}
	refused := &compileError{Code: all[0].Code, Message: all[0].Message}
	for _, one := range all {
		refused.Codes = append(refused.Codes, one.Code)
		refused.Errors = append(refused.Errors, one.Message)
	}
	return refused
}

type queryCases struct {
	refused *compileError
	answers []caseAnswer
}

func answerQuery(compiler *ast.Compiler, store storage.Store, query string, inputs []*ast.Term, strict bool) (queryCases, error) {
	parsed, err := ast.ParseBody(resultVar + " = " + query)
	if err != nil {
		return queryCases{}, err
	}
	body, err := compiler.QueryCompiler().Compile(parsed)
	if err != nil {
		return queryCases{refused: asCompileError(err)}, nil
	}
	cases := queryCases{answers: []caseAnswer{}}
	for index, input := range inputs {
		answer, err := evaluate(compiler, store, body, input, strict)
		if err != nil {
			return queryCases{}, err
		}
		answer.Input = index
		cases.answers = append(cases.answers, answer)
	}
	return cases, nil
}

func evaluate(compiler *ast.Compiler, store storage.Store, body ast.Body, input *ast.Term, strict bool) (caseAnswer, error) {
	ctx := context.Background()
	transaction, err := store.NewTransaction(ctx)
	if err != nil {
		return caseAnswer{}, err
	}
	defer store.Abort(ctx, transaction)
	query := topdown.NewQuery(body).
		WithCompiler(compiler).
		WithStore(store).
		WithTransaction(transaction).
		WithInput(input).
		WithStrictBuiltinErrors(strict)
	var found *ast.Term
	err = query.Iter(ctx, func(result topdown.QueryResult) error {
		found = result[ast.Var(resultVar)]
		return nil
	})
	if err != nil {
		return asCase(err), nil
	}
	if found == nil {
		return caseAnswer{}, nil
	}
	return caseAnswer{Defined: true, Typed: found.String()}, nil
}

func asCase(err error) caseAnswer {
	var stopped *topdown.Error
	if errors.As(err, &stopped) {
		return caseAnswer{ErrorCode: stopped.Code, Error: stopped.Message}
	}
	return caseAnswer{ErrorCode: "unknown", Error: err.Error()}
}

// answerVersion returns the version of OPA that answers.
func answerVersion([]byte) (any, error) {
	return map[string]string{"opa": opa.Version}, nil
}
