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

  @OptionGroup var model: ModelArgument

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
    try requireFileName(html, for: "--html")
    try requireFileName(sentences, for: "--sentences")
    if html != nil && html == sentences { throw ValidationError("--html and --sentences are the same file.") }
  }

  func run() throws {
    try reportingFailures {
      let file = try model.path()
      for output in [html, sentences].compactMap({ $0 }) {
        try refuse(output, asReplacementOf: [file, reference, input].compactMap { $0 })
      }
      // Before anything that takes long: a path that cannot be written is noticed at once.
      let page = try html.map { try AtomicFileWriter(path: $0) }
      let lines = try sentences.map { try AtomicFileWriter(path: $0) }
      let report = try measure(file)
      try page?.finish(Array(report.page().utf8))
      try lines?.finish(report.sentences())
      try Terminal.standardOutput.write(json ? report.json() : report.table())
    }
  }

  private func measure(_ file: String) throws -> DriftReport {
    let model = try EmbeddingModel(path: file)
    let probes = try model.probes()
    let texts = try texts(of: probes)
    let sequences = texts.map(model.tokens)
    let (drift, layers, matrices) = try compare(sequences, model, probes)
    return DriftReport(
      file: file, reference: reference ?? "the fp32 vectors stored in it", texts: texts,
      tokens: sequences.map(\.count), drift: drift, layers: layers, matrices: matrices)
  }

  /// The texts to compare: those of `--input`, or the probes of the file.
  private func texts(of probes: Probes) throws -> [[UInt8]] {
    guard let input else { return probes.probes.map(\.text) }
    let source = try TextSource(path: input)
    let name = source.name
    let texts = try source.rest()
    if texts.isEmpty { throw Failure(ExitStatus.badData, "\(name): no texts to compare") }
    return texts
  }

  /// Runs the model, and the checkpoint where that is the reference.
  private func compare(
    _ sequences: [[UInt32]], _ model: EmbeddingModel, _ probes: Probes
  ) throws -> (Drift, [LayerDrift], [MatrixDrift]) {
    var session = try compute.session(model)
    if let reference, SystemCalls.live.isDirectory(reference) {
      let checkpoint = try FloatReference(path: reference, of: model, threads: compute.threads)
      let run = try DriftRun(model, checkpoint, tokens: sequences.reduce(0) { $0 + $1.count })
      try run.compare(sequences, session: &session)
      return (try run.drift(), run.layers, run.matrices)
    }
    let expected = try reference.map {
      try ReferenceVectors(path: $0, texts: sequences.count, dimension: model.configuration.hiddenSize)
    }
    let vectors = try encodeWithProgress(sequences, "int8") { try model.vectors($0, session: &session) }
    expected?.noteScale(of: vectors)
    return (try Drift(vectors, reference: expected?.matrix ?? probes.matrix(path: model.file.path)), [], [])
  }
}

extension AtomicFileWriter {
  /// Writes all of the file, which appears now.
  fileprivate func finish(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0, at: 0) }
    try commit()
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
