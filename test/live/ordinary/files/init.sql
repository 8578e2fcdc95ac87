create table visits (at timestamptz default now());
