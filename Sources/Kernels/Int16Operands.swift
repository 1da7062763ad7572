/// Arguments of `KernelTable.quantizeInt16`: a matrix of floats to 16-bit integers with one step for all of it,
/// which is returned:
///
///     step = max |x| / limit, q = round(x * (limit / max |x|)), ties to even
///
/// where the product is rounded once, to the integer. A matrix whose step would be subnormal counts as zeros, with
/// step 0. One that holds a NaN or an infinity gets the step NaN, so that it shows in every product; its integers
/// are anything.
public struct QuantizeInt16 {
  public enum Layout: Sendable {
    /// [rows][`Tile.stride(columns)`], with zeros after the columns.
    case rows
    /// `MultiplyInt16.b` with `rows` as the inner dimension: [columns / 16][(rows + 1) / 2][16][2].
    case panels
  }

  public var input: UnsafePointer<Float>
  /// Elements from one row to the next.
  public var stride: Int
  public var rows: Int
  public var columns: Int
  /// The largest magnitude of an integer, 1 ... 32,767.
  public var limit: Float
  public var layout: Layout
  public var output: UnsafeMutablePointer<Int16>

  public init(
    input: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, limit: Float, layout: Layout,
    output: UnsafeMutablePointer<Int16>
  ) {
    self.input = input
    self.stride = stride
    self.rows = rows
    self.columns = columns
    self.limit = limit
    self.layout = layout
    self.output = output
  }
}

/// Arguments of `KernelTable.multiplyInt16`: C = A · B, exact int32 sums of products of 16-bit integers, made floats:
///
///     c[m,n] = Float(sum over k of a[m,k] * b[k,n]) * (scale * rowScales[m])
///
/// B is packed in panels of 16 columns by pairs of the inner dimension: `[columns / 16][pairs][16][2]`. No sum of
/// magnitudes may be beyond `Int32.max`: see `limit(inner:)`.
public struct MultiplyInt16 {
  /// Rows of 2 * `pairs` integers.
  public var a: UnsafeRawPointer
  /// Bytes from one row of A to the next.
  public var aStride: Int
  public var b: UnsafePointer<Int16>
  public var c: UnsafeMutablePointer<Float>
  public var cStride: Int
  public var rows: Int
  /// A multiple of 16; all columns are stored.
  public var columns: Int
  /// Half of the inner dimension.
  public var pairs: Int
  public var scale: Float
  /// Per row; nil for 1.
  public var rowScales: UnsafePointer<Float>?

  public init(
    a: UnsafeRawPointer, aStride: Int, b: UnsafePointer<Int16>, c: UnsafeMutablePointer<Float>, cStride: Int,
    rows: Int, columns: Int, pairs: Int, scale: Float = 1, rowScales: UnsafePointer<Float>? = nil
  ) {
    self.a = a
    self.aStride = aStride
    self.b = b
    self.c = c
    self.cStride = cStride
    self.rows = rows
    self.columns = columns
    self.pairs = pairs
    self.scale = scale
    self.rowScales = rowScales
  }

  /// The largest magnitude of both factors with which `inner` products cannot overflow a sum.
  @_alwaysEmitIntoClient @inline(__always)
  public static func limit(inner: Int) -> Float {
    let root = (Double(Int32.max) / Double(inner)).squareRoot()
    return root < 32_767 ? Float(root.rounded(.down)) : 32_767
  }
}

/// The inner loop of `multiplyInt16` on some rows and panels.
public struct Int16Tile {
  /// The first row, and bytes from one to the next.
  public var rows: UnsafeRawPointer
  public var rowStride: Int
  /// The first panel, and bytes from one to the next.
  public var panels: UnsafeRawPointer
  public var panelStride: Int
  public var pairs: Int

  @_alwaysEmitIntoClient @inline(__always)
  init(rows: UnsafeRawPointer, rowStride: Int, panels: UnsafeRawPointer, panelStride: Int, pairs: Int) {
    self.rows = rows
    self.rowStride = rowStride
    self.panels = panels
    self.panelStride = panelStride
    self.pairs = pairs
  }
}
