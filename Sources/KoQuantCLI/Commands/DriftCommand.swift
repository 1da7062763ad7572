import ArgumentParser
import Evaluation
import Interchange
import KoQuant

struct DriftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift",
    abstract: "Report how far a model's vectors are from fp32, and where they get there.",
    discussion: """
      Compares int8 vectors with fp32 vectors of the same texts: cosine (also after the mean vector is taken away, \
      since encoders with a common direction flatter the plain one), relative L2 and largest absolute difference; \
      whether a search finds the same neighbours; and the drift of short and long texts.

      --reference is the checkpoint, which also tells where the drift comes from: the hidden states after each \
      layer, and each matrix by itself, its int8 product beside the fp32 product of the same fp32 activations. Or it \
      is a NumPy file of float32 vectors from any other tool, a row per text. Without it, the texts are the probe \
      sentences in the file, beside the fp32 vectors that the file holds of them.

        koquant drift model.koq --reference ko-sroberta-multitask --input texts.txt --html drift.html
      """)

  @Argument(help: ArgumentHelp("The model file.", valueName: "file.koq"))
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The checkpoint that the file was converted from, or fp32 vectors.",
      valueName: "checkpoint_dir|vectors.npy"),
    completion: .file())
  var reference: String?

  @Option(
    name: .long, help: ArgumentHelp("Texts, one per line; - for standard input.", valueName: "file"),
    completion: .file())
  var input: String?

  @Flag(name: .long, help: "Print one JSON object instead of a table.")
  var json = false

  @Option(
    name: .long, help: ArgumentHelp("Also write a page with charts, for a browser.", valueName: "file"),
    completion: .file())
  var html: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Also write the drift of each text, a line of JSON each.", valueName: "file"),
    completion: .file())
  var sentences: String?

  @OptionGroup var compute: ComputeOptions

  func validate() throws {
    if input != nil && reference == nil {
      throw ValidationError("--input needs --reference: the file holds fp32 vectors of its probes alone.")
    }
    if html?.isEmpty == true { throw ValidationError("--html takes the name of a file.") }
    if sentences?.isEmpty == true { throw ValidationError("--sentences takes the name of a file.") }
    if html != nil && html == sentences { throw ValidationError("--html and --sentences are the same file.") }
  }

  func run() throws {
    try reportingFailures {
      let outputs = [html, sentences].compactMap { $0 }
      for output in outputs {
        try refuse(output, asReplacementOf: [file, reference, input].compactMap { $0 })
      }
      let report = try measure()
      if let html { try Array(report.page().utf8).write(toFile: html) }
      if let sentences { try report.sentences().write(toFile: sentences) }
      try Terminal.standardOutput.write(json ? report.json() : report.table())
    }
  }

  private func measure() throws -> DriftReport {
    let model = try EmbeddingModel(path: file)
    let probes = try model.probes()
    let texts = try input.map { try TextSource(path: $0).rest() } ?? probes.probes.map(\.text)
    if texts.isEmpty { throw Failure(ExitStatus.badData, "\(input ?? file): no texts to compare") }
    let sequences = texts.map(model.tokens)
    var session = try compute.session(model)
    func report(
      _ name: String, _ drift: Drift, _ layers: [LayerDrift] = [], _ matrices: [MatrixDrift] = []
    ) -> DriftReport {
      DriftReport(
        file: file, reference: name, texts: texts, tokens: sequences.map(\.count), drift: drift,
        layers: layers,
        matrices: matrices)
    }
    guard let reference else {
      let stored = try probes.matrix(path: file)
      let vectors = try model.vectors(sequences, session: &session)
      return report("the fp32 vectors stored in it", try Drift(vectors, reference: stored))
    }
    if Self.isRegularFile(reference) {
      let expected = try ReferenceVectors(
        path: reference, texts: texts.count, dimension: model.configuration.hiddenSize)
      let vectors = try model.vectors(sequences, session: &session)
      expected.noteScale(of: vectors)
      return report(reference, try Drift(vectors, reference: expected.matrix))
    }
    let checkpoint = try FloatReference(path: reference, of: model, threads: compute.threads)
    let run = try DriftRun(model, checkpoint, tokens: sequences.reduce(0) { $0 + $1.count })
    try run.compare(sequences, session: &session)
    return report(reference, try run.drift(), run.layers, run.matrices)
  }

  private static func isRegularFile(_ path: String) -> Bool {
    (try? FileReader(path: path)) != nil
  }
}

extension [UInt8] {
  /// Writes a file that appears when it is whole.
  fileprivate func write(toFile path: String) throws {
    let file = try AtomicFileWriter(path: path)
    try withUnsafeBytes { try file.write($0, at: 0) }
    try file.commit()
  }
}

extension Probes {
  /// The fp32 vectors, a row each.
  func matrix(path: String) throws -> FloatMatrix {
    guard
      let matrix = FloatMatrix(rows: probes.count, columns: dimension, values: probes.flatMap(\.vector))
    else { throw Failure(ExitStatus.badData, "\(path): section probes: vectors of the wrong size") }
    return matrix
  }
}
