import ArgumentParser
import KoQuant

struct EmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Turn texts into vectors.",
    discussion: """
      Texts come from the command line, or else from standard input, one per line; vectors go out in the same \
      order while more texts come in, so memory does not grow with the input.

      Formats:
        jsonl  a line of JSON per text:
          {"index":0,"text":"…","tokens":7,"truncated":false,"embedding":[0.1,…]}
        text   a line of numbers per text, separated by spaces (numpy.loadtxt)
        npy    one float32 array [texts, dimension] (numpy.load)
        f32    the same without a header, little-endian (numpy.fromfile)

      The header of npy holds the number of texts, so on standard output it appears after the last text; until \
      then the vectors are in a temporary file in TMPDIR.

      Numbers are the shortest that read back as the same float32. The vector of a text depends on the model \
      and the text alone: not on its neighbours, --threads, --batch-tokens or the CPU.

      A text that is too long is cut, with a word about it on standard error. With --truncate error it ends \
      the command with exit code 65; the texts before it have been written then, unless --output or npy was \
      asked for, which write all or nothing.

      Bytes that are not UTF-8 are read as U+FFFD. An empty line is an empty text and has a vector.
      """)

  enum Truncation: String, ExpressibleByArgument, CaseIterable {
    case truncate, error
  }

  @OptionGroup var model: ModelOptions

  @Option(name: .long, help: "How vectors are written.")
  var format = VectorFormat.jsonl

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "File to write instead of standard output; it appears when it is whole.", valueName: "file"))
  var output: String?

  @Flag(name: .long, help: "Scale vectors to length 1.")
  var normalize = false

  @Option(name: .customLong("truncate"), help: "What to do with a text that is longer than the model takes.")
  var truncation = Truncation.truncate

  @Flag(
    name: .long, help: "Check every byte of the model file first. (default: sections as they are first used)")
  var verify = false

  @OptionGroup var memory: MemoryOptions
  @OptionGroup var compute: ComputeOptions

  @Argument(help: "Texts to embed.")
  var text: [String] = []

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("--output takes the name of a file.") }
  }

  func run() throws {
    try reportingFailures {
      let path = try model.path()
      let output = output.flatMap { isStandardOutput($0) ? nil : $0 }
      if let output { try refuse(output, asReplacementOf: text.isEmpty ? [path, "-"] : [path]) }
      let file = try KoqFile(path: path, access: .read)
      let ceiling = try memory.ceiling()
      let plan = try memory.plan(file, compute, ceiling: ceiling)
      var options = plan.modelOptions
      options.verify = verify
      let model = try EmbeddingModel(file, options: options)
      let dimension = model.configuration.hiddenSize
      var session = plan.sessionOptions
      session.normalize = normalize
      var stream = EmbeddingStream(try EmbeddingSession(model, options: session))
      var source = TextSource(arguments: text, lineLimit: plan.lineLimit(ceiling: ceiling))
      var writer = try VectorWriter(format, dimension: dimension, path: output)
      var warnings = TextWarnings(maximumTokens: model.configuration.maximumTokens)
      var bytes: [UInt8] = []
      while try source.next(&bytes) {
        if !append(bytes, to: &stream) {
          try flush(&stream, into: &writer)
          _ = append(bytes, to: &stream)
        }
        if truncation == .error && stream.lastEncoding.truncated {
          // The texts before it have their vectors.
          stream.removeLast()
          try flush(&stream, into: &writer)
          throw tooLong(stream.lastEncoding, at: source.place, model)
        }
        warnings.note(stream.lastEncoding, at: source.place)
        if !source.hasNext() { try flush(&stream, into: &writer) }
      }
      try flush(&stream, into: &writer)
      try writer.finish()
      warnings.report(advice: "--truncate error refuses them")
    }
  }

  private func tooLong(_ encoding: Encoding, at place: String, _ model: EmbeddingModel) -> Failure {
    let count = "\(encoding.isTokenCountExact ? "" : "more than ")\(encoding.tokenCount)"
    return Failure(
      ExitStatus.badData,
      "\(place): \(count) tokens, but the model takes \(model.configuration.maximumTokens); shorten the text, or "
        + "allow --truncate truncate")
  }

  private func append(_ text: [UInt8], to stream: inout EmbeddingStream) -> Bool {
    text.withUnsafeBufferPointer { stream.append($0) }
  }

  private func flush(_ stream: inout EmbeddingStream, into writer: inout VectorWriter) throws {
    if stream.count == 0 { return }
    try stream.embed()
    try stream.drain { record in try writer.append(record) }
    try writer.flush()
  }
}
