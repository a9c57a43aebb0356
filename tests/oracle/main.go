// Oracle answers questions about Rego, YAML and ConstraintTemplates with OPA's and Gatekeeper's own code.
//
// It reads one JSON object a line on standard input and writes one a line on standard output, in the same
// order. The field "op" chooses the question; eval.go, call.go, yaml.go and gatekeeper.go describe one each.
// An answer with the field "fault" says that the question itself was malformed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"
)

// operations maps the field "op" to the function that answers.
var operations = map[string]func([]byte) (any, error){
	"eval":       answerEval,
	"format":     answerFormat,
	"call":       answerCall,
	"yaml":       answerYAML,
	"gatekeeper": answerGatekeeper,
	"version":    answerVersion,
	"builtins":   answerBuiltins,
}

type fault struct {
	Fault string `json:"fault"`
}

func main() {
	// Evaluations are many and short: collect garbage rarely.
	debug.SetGCPercent(400)
	limitMemory()
	reader := bufio.NewReaderSize(os.Stdin, 1<<20)
	writer := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for {
		line, err := reader.ReadBytes('\n')
		if len(line) > 1 {
			if err := encoder.Encode(answer(line)); err != nil {
				fmt.Fprintln(os.Stderr, "oracle:", err)
				os.Exit(1)
			}
			if reader.Buffered() == 0 {
				writer.Flush()
			}
		}
		if err != nil {
			writer.Flush()
			return
		}
	}
}

// limitMemory lets a policy that takes too much memory end this process before it stops the machine.
func limitMemory() {
	const most = 4 << 30
	limit := syscall.Rlimit{Cur: most, Max: most}
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &limit); err != nil {
		fmt.Fprintln(os.Stderr, "oracle: no limit of memory:", err)
	}
}

func answer(line []byte) (result any) {
	defer func() {
		if recovered := recover(); recovered != nil {
			result = fault{Fault: fmt.Sprintf("panic: %v", recovered)}
		}
	}()
	var question struct {
		Op string `json:"op"`
	}
	if err := json.Unmarshal(line, &question); err != nil {
		return fault{Fault: err.Error()}
	}
	operation, ok := operations[question.Op]
	if !ok {
		return fault{Fault: fmt.Sprintf("expected an operation, found %q", question.Op)}
	}
	result, err := operation(line)
	if err != nil {
		return fault{Fault: err.Error()}
	}
	return result
}
