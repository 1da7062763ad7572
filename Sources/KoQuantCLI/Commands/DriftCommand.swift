import ArgumentParser
import Checkpoint
import Conversion
import Evaluation
import Interchange
import Kernels
import KoQuant
import Reference

struct DriftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract: "Report how far a model's vectors are from the fp32 checkpoint's.",
    discussion: """
      Compares int8 vectors with the fp32 vectors of the checkpoint given with --reference: cosine, relative \
      L2 and largest absolute difference per text, the hidden states layer by layer, and whether a search over \
      the vectors finds the same neighbours.

      Without --input, the texts are the probe sentences in the file. Without --reference, they are compared \
      with the fp32 vectors that the file holds of them; no checkpoint is needed then.
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "file.koq"))
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp("The checkpoint that the file was converted from.", valueName: "checkpoint_dir"))
  var reference: String?

  @Option(name: .long, help: ArgumentHelp("Texts, one per line.", valueName: "file"))
  var input: String?

  @Flag(name: .long, help: "Print one JSON object instead of a table.")
  var json = false

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if input != nil && reference == nil {
      throw ValidationError("--input needs --reference: the file holds fp32 vectors of its probes alone.")
    }
  }

  func run() throws {
    try reportingFailures {
      let model = try EmbeddingModel(path: file)
      let probes = try model.probes()
      let texts = try input.map(readTexts) ?? probes.probes.map(\.text)
      if texts.isEmpty { throw Failure(ExitStatus.badData, "\(input ?? file): no texts to compare") }
      let sequences = texts.map(model.tokens)
      let report: DriftReport
      if let reference {
        report = try compare(model, texts, sequences, with: Checkpoint(path: reference))
      } else {
        var session = try compute.session(model)
        let vectors = try model.vectors(sequences, session: &session)
        guard
          let expected = FloatMatrix(
            rows: texts.count, columns: probes.dimension, values: probes.probes.flatMap(\.vector))
        else { throw Failure(ExitStatus.badData, "\(file): section probes: vectors of the wrong size") }
        report = DriftReport(drift: try Drift(vectors, reference: expected), layers: [], texts: texts)
      }
      try Terminal.standardOutput.write(json ? report.json(file: file) : report.table())
    }
  }

  private func readTexts(_ path: String) throws -> [[UInt8]] {
    let file = try FileReader(path: path)
    let buffer = try AlignedBuffer(byteCount: file.size, zeroed: false)
    try file.read(into: buffer.bytes, at: 0)
    let lines = buffer.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let texts = lines.map { line in Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line) }
    // The last line has an end, or is empty.
    return texts.last?.isEmpty == true ? texts.dropLast() : texts
  }

  /// Runs both encoders; the hidden states of the int8 one are kept to be compared as the fp32 ones come.
  private func compare(
    _ model: EmbeddingModel, _ texts: [[UInt8]], _ sequences: [[UInt32]], with checkpoint: Checkpoint
  ) throws -> DriftReport {
    let configuration = model.configuration
    guard checkpoint.configuration == configuration else {
      throw Failure(
        ExitStatus.badData,
        "\(checkpoint.path): not the checkpoint of \(file): their configurations differ (koquant inspect \(file))"
      )
    }
    let terminal = Terminal.standardError
    let others = try checkpoint.filesThatDiffer(fromProvenance: model.file.document(.provenance))
    if !others.isEmpty {
      terminal.line(
        "koquant: note: \(file) was made from other versions of \(others.joined(separator: ", ")) than those in "
          + checkpoint.path)
    }
    defer { terminal.clearStatus() }
    var layers = (0...configuration.layers).map { LayerDrift(layers: $0) }
    var vectors: [Float] = []
    var expected: [Float] = []
    var session = try compute.session(model)
    let pool = try ThreadPool(threads: compute.threads)
    // Hidden states of all layers are held for one piece of the texts at a time.
    for first in stride(from: 0, to: sequences.count, by: Self.textsPerPass) {
      terminal.status("comparing: \(first) of \(sequences.count) texts")
      let piece = Array(sequences[first..<min(first + Self.textsPerPass, sequences.count)])
      var states = [[Float]](repeating: [], count: configuration.layers + 1)
      vectors += try model.vectors(piece, session: &session) { layer, _, hidden in
        states[layer].append(contentsOf: hidden.values)
      }.values
      expected += try ReferenceEncoder.encode(
        piece, checkpoint: checkpoint, kernels: model.kernels, pool: pool
      ) { layer, reference in
        states[layer].withUnsafeBufferPointer { values in
          layers[layer].add(
            HiddenStates(
              values: values, stride: reference.stride, channels: reference.channels, starts: reference.starts
            ),
            reference: reference)
        }
      }.values
    }
    let size = configuration.hiddenSize
    guard let actual = FloatMatrix(rows: sequences.count, columns: size, values: vectors),
      let wanted = FloatMatrix(rows: sequences.count, columns: size, values: expected)
    else { throw Failure(ExitStatus.badData, "\(file): vectors of the wrong size") }
    return DriftReport(drift: try Drift(actual, reference: wanted), layers: layers, texts: texts)
  }

  private static let textsPerPass = 256
}
