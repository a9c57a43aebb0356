package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// callQuestion asks for the values of builtin calls; operands are ground Rego terms.
//
//	{"op": "call", "calls": [{"builtin": "sum", "operands": ["[1, 2]"]}]}
//
// Types are not checked, as for operands of unknown type in a policy. A relation such as walk answers with
// the array of all its values. An operand that OPA's parser refuses has the error code "parse".
type callQuestion struct {
	Calls []builtinCall `json:"calls"`
}

type builtinCall struct {
	Builtin  string   `json:"builtin"`
	Operands []string `json:"operands"`
}

type callAnswer struct {
	Answers []caseAnswer `json:"answers"`
}

func answerCall(line []byte) (any, error) {
	var question callQuestion
	if err := json.Unmarshal(line, &question); err != nil {
		return nil, err
	}
	answer := callAnswer{Answers: make([]caseAnswer, 0, len(question.Calls))}
	for index, call := range question.Calls {
		one, err := answerOneCall(call)
		if err != nil {
			return nil, fmt.Errorf("call %d: %w", index, err)
		}
		one.Input = index
		answer.Answers = append(answer.Answers, one)
	}
	return answer, nil
}

func answerOneCall(call builtinCall) (caseAnswer, error) {
	builtin, ok := ast.BuiltinMap[call.Builtin]
	if !ok {
		return caseAnswer{}, fmt.Errorf("expected a builtin, found %q", call.Builtin)
	}
	var operands []*ast.Term
	for _, text := range call.Operands {
		term, err := ast.ParseTerm(text)
		if err != nil {
			return caseAnswer{ErrorCode: "parse", Error: err.Error()}, nil
		}
		operands = append(operands, term)
	}
	operands = append(operands, ast.VarTerm(resultVar))
	query := topdown.NewQuery(ast.NewBody(builtin.Expr(operands...))).
		WithCompiler(ast.NewCompiler().WithCapabilities(offline())).
		WithStrictBuiltinErrors(true)
	var found []*ast.Term
	err := query.Iter(context.Background(), func(result topdown.QueryResult) error {
		found = append(found, result[ast.Var(resultVar)])
		return nil
	})
	if err != nil {
		return asCase(err), nil
	}
	switch {
	case builtin.Relation:
		return caseAnswer{Defined: true, Typed: ast.ArrayTerm(found...).String()}, nil
	case len(found) == 0:
		return caseAnswer{}, nil
	}
	return caseAnswer{Defined: true, Typed: found[0].String()}, nil
}

// offline returns the capabilities of this version of OPA without a network, from which JSON schemas would
// load the documents that they refer to.
func offline() *ast.Capabilities {
	capabilities := ast.CapabilitiesForThisVersion()
	capabilities.AllowNet = []string{}
	return capabilities
}
