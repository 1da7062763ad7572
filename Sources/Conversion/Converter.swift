import Checkpoint
import Evaluation
import Kernels
import KoQuant
import Reference

/// Turns a checkpoint into a `.koq` file in one pass: each layer is read, run in fp32 on calibration and probe
/// sentences, quantized, run in int8 on the probes, written, and forgotten. Memory is the word table in int8 and
/// one layer.
public struct Converter {
  public struct Options: Sendable {
    public var compression: KoqWriter.Compression
    public var recipe: Recipe.Name
    public var calibration: Calibration
    /// nil for all that this process may use.
    public var threads: Int?

    public init(
      compression: KoqWriter.Compression = .zstd(level: 3), recipe: Recipe.Name = .balanced,
      calibration: Calibration = .builtIn, threads: Int? = nil
    ) {
      self.compression = compression
      self.recipe = recipe
      self.calibration = calibration
      self.threads = threads
    }
  }

  /// A step that has been done, of `total`.
  public struct Progress: Sendable {
    public var step: Int
    public var total: Int
    public var what: String
  }

  private let checkpoint: Checkpoint
  private let options: Options
  private let pool: ThreadPool
  private let kernels: KernelTable
  private let report: (Progress) -> Void

  /// Converts `checkpoint` to a file at `path`, which appears when it is whole; after an error, what was there
  /// before is still there.
  ///
  /// - Parameter progress: called after each step.
  public static func convert(
    _ checkpoint: Checkpoint, to path: String, options: Options = Options(),
    progress: @escaping (Progress) -> Void = { _ in }
  ) throws -> ConversionReport {
    try Converter(checkpoint, options, progress).run(path)
  }

  private init(
    _ checkpoint: Checkpoint, _ options: Options, _ report: @escaping (Progress) -> Void
  ) throws {
    self.checkpoint = checkpoint
    self.options = options
    self.report = report
    pool = try ThreadPool(threads: options.threads)
    kernels = try EmbeddingModel.selectKernels()
  }

  private func run(_ path: String) throws -> ConversionReport {
    let configuration = checkpoint.configuration
    let steps = configuration.layers + 3
    func done(_ step: Int, _ what: String) { report(Progress(step: step, total: steps, what: what)) }

    let recipe = Recipe(options.recipe)
    let texts = try ConversionTexts(checkpoint, options.calibration, recipe)
    // Before anything that takes long: a path that cannot be written is noticed at once.
    let writer = try ModelWriter(path: path, compression: options.compression)
    do {
      let provenance = try Provenance(checkpoint, options)
      done(1, "source files hashed")
      try writer.writeDocuments(configuration, checkpoint.tokenizer, provenance)
      var run = try ConversionRun(
        texts, configuration, recipe: recipe, kernels: kernels, pool: pool)
      var matrices: [ConversionReport.Matrix] = []

      let calibration =
        recipe.usesErrorFeedback
        ? try PairedCalibration(
          configuration, sequences: texts.calibrationSequences, kernels: kernels, pool: pool) : nil
      let embeddings = try QuantizedEmbeddings(
        checkpoint, references: [run.reference] + [calibration?.target].compactMap(\.self),
        quantized: calibration?.quantized, pool: pool)
      run.begin(embeddings)
      try writer.write(embeddings, configuration)
      done(2, "embeddings")

      let weights = try LayerWeights(configuration)
      for index in 0..<configuration.layers {
        try weights.read(layer: index, from: checkpoint)
        let statistics = try run.advanceReference(weights)
        let layer = try QuantizedLayer(
          weights, statistics, calibration, recipe: recipe, kernels: kernels, pool: pool)
        run.advance(layer)
        try writer.write(layer, index: index)
        matrices += layer.report(layer: index)
        done(index + 3, "layer \(index + 1) of \(configuration.layers)")
      }
      let result = try run.finish()
      try writer.write(result.probes)
      let summary = try writer.finish()
      done(steps, "written")
      return ConversionReport(
        sourceBytes: checkpoint.sourceFiles.reduce(0) { $0 + $1.size }, summary: summary,
        recipe: options.recipe,
        calibration: options.calibration, wordError: embeddings.relativeError, matrices: matrices,
        layers: run.layers, drift: result.drift, probes: texts.probes.count)
    } catch DriftError.referenceNotFinite {
      writer.discard()
      throw CheckpointError(
        .notFinite, file: checkpoint.path, "its vectors of the probe sentences are not finite in fp32",
        advice: "its weights are too large, or not those of a trained encoder")
    } catch {
      writer.discard()
      throw error
    }
  }
}
