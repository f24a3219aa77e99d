-- Something to copy; change it and see: docker compose exec rapidbyte rapidbyte tail /etc/rapidbyte/pipeline.yaml public.orders
CREATE TABLE customers (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  country char(2) NOT NULL);
CREATE TABLE orders (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  customer_id bigint NOT NULL REFERENCES customers,
  status text NOT NULL,
  amount numeric(12, 2) NOT NULL,
  placed_at timestamptz NOT NULL DEFAULT now());
INSERT INTO customers (name, country) SELECT 'Customer ' || i, (ARRAY['DE', 'FR', 'US'])[i % 3 + 1] FROM generate_series(1, 1000) i;
INSERT INTO orders (customer_id, status, amount) SELECT i % 1000 + 1, 'placed', i / 100.0 FROM generate_series(1, 10000) i;
