import Interchange
import KoQuant

/// fp32 vectors of the same texts from another tool, in a NumPy file.
struct ReferenceVectors {
  let matrix: FloatMatrix
  private let path: String

  /// Throws for a file that is no float32 matrix of this shape, or has a NaN or an infinity.
  init(path: String, texts: Int, dimension: Int) throws {
    let file = try FileReader(path: path)
    let buffer = try AlignedBuffer(byteCount: file.size, zeroed: false)
    try file.read(into: buffer.bytes, at: 0)
    do {
      matrix = try FloatMatrix(npy: UnsafeRawBufferPointer(buffer.bytes))
    } catch {
      throw Failure(
        ExitStatus.badData,
        "\(path): \(error); --reference takes a checkpoint folder or float32 vectors (.npy)")
    }
    self.path = path
    guard matrix.rows == texts, matrix.columns == dimension else {
      throw Failure(
        ExitStatus.badData,
        "\(path): \(matrix.rows) vectors of \(matrix.columns) numbers, but there are \(texts) texts and the model's "
          + "vectors have \(dimension)")
    }
    if let row = matrix.firstRowNotFinite {
      throw Failure(ExitStatus.badData, "\(path): row \(row) (from 0) has a NaN or an infinity")
    }
  }

  /// Says so when the vectors are of another length than the model's, normalized ones perhaps: cosines do not show it.
  func noteScale(of vectors: FloatMatrix) {
    func length(_ matrix: FloatMatrix) -> Double {
      matrix.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
    let ratio = length(matrix) / length(vectors)
    if ratio.isFinite, abs(ratio - 1) > 0.1 {
      Terminal.standardError.line(
        "koquant: note: the vectors in \(path) are \(ratio.decimals(3)) times as long as the model's: relative L2 and "
          + "absolute differences compare two scales")
    }
  }
}
