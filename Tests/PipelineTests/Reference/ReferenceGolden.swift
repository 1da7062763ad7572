import Checkpoint
import Evaluation
import Foundation
import Interchange
import Kernels
import KernelsPortable
import KoQuant
import Reference

#if arch(x86_64)
  import KernelsAVX2
  import KernelsAVX512VNNI
#endif

/// Files of Golden/reference, made by Tools/make-reference-golden.
struct ReferenceGolden {
  let folder: String

  init(_ name: String) {
    folder = (Bundle.module.resourcePath ?? ".") + "/Golden/reference/" + name
  }

  func checkpoint() throws -> Checkpoint { try Checkpoint(path: folder) }

  /// Token ids, a line per text.
  func sequences() throws -> [[UInt32]] {
    try String(contentsOfFile: folder + "/ids.txt", encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: " ").compactMap { UInt32($0) } }
  }

  func matrix(_ name: String) throws -> FloatMatrix {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).npy"))
    return try data.withUnsafeBytes { bytes throws in try FloatMatrix(npy: bytes) }
  }
}

/// What runs the reference in tests.
enum ReferenceEngine {
  /// The fastest table that this CPU can run.
  static let kernels: KernelTable = {
    #if arch(x86_64)
      let features = CPU.detect().features
      if features.contains(.avx512VNNI) { return AVX512VNNIKernels.table() }
      if features.contains(.avx2) { return AVX2Kernels.table() }
    #endif
    return PortableKernels.table()
  }()

  static func encode(
    _ sequences: [[UInt32]], _ checkpoint: Checkpoint, kernels: KernelTable = kernels, threads: Int = 2,
    onLayer: ((Int, HiddenStates) -> Void)? = nil
  ) throws -> FloatMatrix {
    try ReferenceEncoder.encode(
      sequences, checkpoint: checkpoint, kernels: kernels, pool: ThreadPool(threads: threads),
      onLayer: onLayer)
  }

  /// The folder of a checkpoint that a script in Tools fetches or makes; nil when it is not there.
  static func model(_ name: String) -> String? {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropFirst().dropLast(4)
    let cache =
      ProcessInfo.processInfo.environment["KOQUANT_CACHE"] ?? "/\(root.joined(separator: "/"))/.cache"
    let folder = "\(cache)/models/\(name)"
    return FileManager.default.fileExists(atPath: folder + "/model.safetensors") ? folder : nil
  }
}

/// The largest absolute difference; infinite for different shapes.
func maximumAbsoluteDifference(_ a: FloatMatrix, _ b: FloatMatrix) -> Float {
  guard a.rows == b.rows, a.columns == b.columns else { return .infinity }
  return zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

extension HiddenStates {
  /// A row per token, without the padding.
  var matrix: FloatMatrix {
    var matrix = FloatMatrix(rows: tokens, columns: channels)
    for token in 0..<tokens {
      for channel in 0..<channels { matrix.values[token * channels + channel] = self[token][channel] }
    }
    return matrix
  }
}
