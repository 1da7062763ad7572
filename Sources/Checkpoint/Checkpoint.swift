import KoQuant

/// A sentence encoder as the Hugging Face hub gives it: a folder with weights, configuration and tokenizer.
///
/// Opening one reads everything but the weights and checks all that can be checked without them: every weight is
/// there, with the shape that the configuration requires, inside its file. Weights are then read one at a time
/// or by rows, as floats, from files that are never held in memory. Reading is safe from any number of threads.
public struct Checkpoint: Sendable {
  /// The encoder's shape and pooling.
  public let configuration: ModelConfiguration
  public let tokenizer: TokenizerDefinition
  /// The folder, as the caller named it.
  public let path: String
  /// Every file that took part, the weights among them, in the order of opening.
  public let sourceFiles: [SourceFile]
  /// Tensors that the encoder does not need, and why, in the order of the files.
  public let ignoredTensors: [IgnoredTensor]
  /// What a user should know although nothing is wrong: a length that had to be limited, a prompt that is not
  /// applied. One sentence each.
  public let notes: [String]

  private let tensors: [Weight: StoredTensor]

  /// Opens a checkpoint folder. Costs the reading of its JSON files; memory follows their size, not the weights'.
  ///
  /// `calls` is for tests of what a failing system does.
  public init(path: String, calls: SystemCalls = .live) throws(CheckpointError) {
    var sources: [SourceFile] = []
    let folder = Folder(path: path, calls: calls)
    let settings = try CheckpointSettings(folder, recording: &sources)
    let stored = try WeightFiles.open(settings.transformerFolder, recording: &sources)
    let table = try WeightTable(stored, settings: settings)
    self.path = path
    configuration = settings.configuration
    tokenizer = settings.tokenizer
    notes = settings.notes
    sourceFiles = sources
    ignoredTensors = table.ignored
    tensors = table.tensors
  }
}

extension Checkpoint {
  /// The weights that this encoder has, in the order of computation.
  public var weights: [Weight] { Weight.all(layers: configuration.layers) }

  /// The weight's shape, PyTorch's: [outputs, inputs].
  public func shape(of weight: Weight) throws(CheckpointError) -> [Int] {
    try tensor(weight).shape
  }

  /// The number format that the weight has in its file.
  public func elementType(of weight: Weight) throws(CheckpointError) -> ElementType {
    try tensor(weight).elementType
  }

  /// The weight's name in its file, prefix and all.
  public func nameInFile(of weight: Weight) throws(CheckpointError) -> String {
    try tensor(weight).name
  }

  /// Reads a whole weight, row-major, as floats: F16 and BF16 exactly, F64 rounded to nearest.
  ///
  /// `destination` must hold exactly the weight's elements. Throws for a NaN or an infinity, naming its index.
  public func read(
    _ weight: Weight, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    let tensor = try tensor(weight)
    try tensor.read(rows: 0..<(tensor.shape.first ?? 0), into: destination)
  }

  /// Reads some rows of a matrix (elements of a vector); otherwise as `read(_:into:)`. Only these rows' bytes are
  /// read from the file.
  public func read(
    _ weight: Weight, rows: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>
  ) throws(CheckpointError) {
    let tensor = try tensor(weight)
    let all = 0..<(tensor.shape.first ?? 0)
    guard rows.lowerBound >= 0, rows.upperBound <= all.upperBound else {
      throw tensor.failure(.invalidRequest, "has rows \(all), not \(rows)")
    }
    try tensor.read(rows: rows, into: destination)
  }

  private func tensor(_ weight: Weight) throws(CheckpointError) -> StoredTensor {
    guard let tensor = tensors[weight] else {
      throw CheckpointError(
        .invalidRequest, file: path, location: .tensor(weight.name), "the encoder has no such weight")
    }
    return tensor
  }
}
