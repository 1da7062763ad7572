import ArgumentParser
import KoQuant

struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Print the tokens that a model sees.",
    discussion: """
      Texts come from the command line, or else from standard input, one per line. Prints a line of JSON for \
      each: {"ids":[0,8,2],"tokens":["[CLS]","…","[SEP]"]}

      Tokens are those of the fast Hugging Face tokenizer. Texts are cut to the model's maximum length, as \
      `koquant embed` does; --all prints every token.
      """)

  @OptionGroup var model: ModelOptions

  @Flag(name: .long, help: "Print all tokens of a long text instead of those that fit the model.")
  var all = false

  @Argument(help: "Texts to tokenize.")
  var text: [String] = []

  func run() throws {
    try reportingFailures {
      let model = try model.openDocuments()
      let output = OutputDescriptor(1, name: "standard output")
      let limit = all ? Int.max : model.configuration.maximumTokens
      var source = TextSource(arguments: text)
      var bytes: [UInt8] = []
      var encoding = Encoding()
      var line = JSONLine()
      var warnings = TextWarnings(maximumTokens: limit)
      while try source.next(&bytes) {
        bytes.withUnsafeBufferPointer { model.tokenizer.encode($0, maximumTokens: limit, into: &encoding) }
        warnings.note(encoding, at: source.place)
        line.appendTokens(encoding.ids, of: model.tokenizer)
        if line.bytes.count >= 1 << 16 || !source.hasNext() {
          try output.write(line.bytes)
          line.clear()
        }
      }
      try output.write(line.bytes)
      warnings.report(advice: "--all prints all of their tokens")
    }
  }
}

extension JSONLine {
  fileprivate mutating func appendTokens(_ ids: [UInt32], of tokenizer: Tokenizer) {
    append(#"{"ids":["#)
    for (position, id) in ids.enumerated() {
      if position > 0 { append(byte: UInt8(ascii: ",")) }
      append(integer: Int(id))
    }
    append(#"],"tokens":["#)
    for (position, id) in ids.enumerated() {
      if position > 0 { append(byte: UInt8(ascii: ",")) }
      append(string: tokenizer.token(id))
    }
    append("]}\n")
  }
}
